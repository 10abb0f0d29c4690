import { ArrowDownToLine, Download, Search, Snowflake, X } from 'lucide-react'
import type { RefObject } from 'react'

import { Button } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Input, Select } from '@/components/field'
import { cn } from '@/lib/cn'
import type { Entry, EntryKind } from '@/live/model'
import { type ActivityFilter, isFiltering, NO_FILTER, toLine, valuesOf } from './activity-filter'

const KINDS: readonly (readonly [EntryKind, string])[] = [
  ['log', 'Output'],
  ['card', 'Cards'],
  ['check', 'Checks'],
  ['session', 'Sessions'],
  ['run', 'Run'],
  ['preview', 'Preview'],
]

interface ToolbarProps {
  project: string
  filter: ActivityFilter
  onFilter: (filter: ActivityFilter) => void
  entries: readonly Entry[]
  shown: readonly Entry[]
  following: boolean
  onFollow: (following: boolean) => void
  searchRef: RefObject<HTMLInputElement | null>
}

export function ActivityToolbar(props: ToolbarProps) {
  const { project, filter, onFilter, entries, shown, following, onFollow, searchRef } = props
  const set = (change: Partial<ActivityFilter>) => onFilter({ ...filter, ...change })
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pt-3 pb-2">
      <div className="relative min-w-40 grow sm:max-w-72">
        <Search size={16} aria-hidden className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-ink-soft" />
        <Input
          ref={searchRef}
          type="search"
          aria-label="Search activity"
          placeholder="Search, or #12 for a card"
          compact
          className="pl-9"
          value={filter.text}
          onChange={(event) => set({ text: event.target.value })}
        />
      </div>
      <Choice label="Agent" value={filter.agent} values={valuesOf(entries, 'agent')} onChange={(agent) => set({ agent })} />
      <Choice label="Kind" value={filter.kind} values={KINDS} onChange={(kind) => set({ kind: kind as EntryKind | '' })} />
      <Choice
        label="Level"
        value={filter.level}
        values={[['warning', 'Warnings and errors'] as const, ['error', 'Errors'] as const]}
        onChange={(level) => set({ level: level as ActivityFilter['level'] })}
      />
      <Choice label="Tool" value={filter.tool} values={valuesOf(entries, 'tool')} onChange={(tool) => set({ tool })} />
      {isFiltering(filter) && (
        <Button tone="ghost" onClick={() => onFilter(NO_FILTER)} icon={<X size={16} aria-hidden />}>
          Clear
        </Button>
      )}
      <span className="hidden grow sm:block" />
      <Button
        aria-pressed={following}
        tone={following ? 'primary' : 'plain'}
        onClick={() => onFollow(!following)}
        icon={following ? <ArrowDownToLine size={16} aria-hidden /> : <Snowflake size={16} aria-hidden />}
      >
        {following ? 'Following' : 'Frozen'}
      </Button>
      <CopyButton text={() => shown.map(toLine).join('\n')} />
      <Button size="sm" onClick={() => download(project, shown)} icon={<Download size={15} aria-hidden />}>
        Download
      </Button>
    </div>
  )
}

interface ChoiceProps {
  label: string
  value: string
  values: readonly (string | readonly [string, string])[]
  onChange: (value: string) => void
}

function Choice({ label, value, values, onChange }: ChoiceProps) {
  return (
    <Select
      compact
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={cn('hidden max-w-36 md:block', value && 'bg-accent text-on-fill')}
    >
      <option value="">{label}: all</option>
      {values.map((item) => {
        const [name, word] = typeof item === 'string' ? [item, item] : item
        return (
          <option key={name} value={name}>
            {word}
          </option>
        )
      })}
    </Select>
  )
}

function download(project: string, entries: readonly Entry[]): void {
  const url = URL.createObjectURL(new Blob([entries.map(toLine).join('\n'), '\n'], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${project}-activity.log`
  link.click()
  URL.revokeObjectURL(url)
}
