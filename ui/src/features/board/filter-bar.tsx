import { Plus, Search, X } from 'lucide-react'
import { type RefObject, useRef, useState } from 'react'

import { Button } from '@/components/button'
import { Input, Select } from '@/components/field'
import { cn } from '@/lib/cn'
import { PROOFS } from '@/lib/status'
import { useLive } from '@/live/live-provider'
import type { Cards } from '@/live/model'
import { type BoardFilter, isFiltering, PROOF_CHOICES } from './filter'

interface FilterBarProps {
  filter: BoardFilter
  onFilter: (filter: BoardFilter) => void
  onNew: () => void
  searchRef: RefObject<HTMLInputElement | null>
}

/** Search and filters over the board. */
export function FilterBar({ filter, onFilter, onNew, searchRef }: FilterBarProps) {
  const cards = useLive((live) => live.cards)
  const agents = useLive((live) => live.agents)
  const set = (name: keyof BoardFilter, value: string) => {
    const next = { ...filter }
    if (value) next[name] = value
    else Reflect.deleteProperty(next, name)
    onFilter(next)
  }
  return (
    <div className="flex items-center gap-2 px-4 pt-3 pb-2">
      <SearchInput value={filter.q ?? ''} onChange={(q) => set('q', q)} inputRef={searchRef} />
      <Choice label="Category" value={filter.category} onChange={(value) => set('category', value)} choices={categoriesOf(cards)} />
      <Choice
        label="Proof"
        value={filter.proof}
        onChange={(value) => set('proof', value)}
        choices={PROOF_CHOICES.map((name) => [name, name in PROOFS ? PROOFS[name as keyof typeof PROOFS].word : capital(name)])}
      />
      {agents.size > 1 && (
        <Choice label="Agent" value={filter.agent} onChange={(value) => set('agent', value)} choices={[...agents.keys()].sort().map((name) => [name, name])} />
      )}
      {isFiltering(filter) && (
        <Button tone="ghost" onClick={() => onFilter({})} icon={<X size={16} aria-hidden />}>
          Clear
        </Button>
      )}
      <span className="hidden grow sm:block" />
      <Button onClick={onNew} icon={<Plus size={16} aria-hidden />}>
        <span>
          New<span className="max-sm:sr-only"> card</span>
        </span>
      </Button>
    </div>
  )
}

/** Keeps what is typed, and tells the address bar when typing pauses. */
function SearchInput(props: { value: string; onChange: (value: string) => void; inputRef: RefObject<HTMLInputElement | null> }) {
  const { value, onChange, inputRef } = props
  const [typed, setTyped] = useState(value)
  const [seen, setSeen] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  if (value !== seen) {
    setSeen(value)
    if (value !== typed.trim() && (value === '' || !typed.startsWith(value))) setTyped(value)
  }
  return (
    <div className="relative min-w-0 grow sm:max-w-72">
      <Search size={16} aria-hidden className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-ink-soft" />
      <Input
        ref={inputRef}
        type="search"
        aria-label="Search cards"
        placeholder="Search cards"
        compact
        className="pr-9 pl-9"
        value={typed}
        onChange={(event) => {
          const text = event.target.value
          setTyped(text)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => onChange(text.trim()), 150)
        }}
      />
      <kbd className="pointer-events-none absolute top-1/2 right-2.5 hidden -translate-y-1/2 rounded-sm border border-hairline px-1.5 font-mono text-xs text-ink-soft sm:block">/</kbd>
    </div>
  )
}

interface ChoiceProps {
  label: string
  value: string | undefined
  onChange: (value: string) => void
  choices: readonly (readonly [string, string])[]
}

function Choice({ label, value = '', onChange, choices }: ChoiceProps) {
  return (
    <Select
      compact
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cn('hidden max-w-40 md:block', value && 'bg-accent text-on-fill')}
    >
      <option value="">{label}: all</option>
      {choices.map(([name, word]) => (
        <option key={name} value={name}>
          {word}
        </option>
      ))}
    </Select>
  )
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

const known = new WeakMap<Cards, [string, string][]>()

/** The categories in use, in the order of the alphabet; looked up once for each state of the cards. */
function categoriesOf(cards: Cards): [string, string][] {
  let found = known.get(cards)
  if (!found) {
    found = [...new Set([...cards.values()].map((card) => card.category))].sort().map((name) => [name, name])
    known.set(cards, found)
  }
  return found
}
