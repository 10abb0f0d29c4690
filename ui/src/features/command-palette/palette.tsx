import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'

import { Dialog } from '@/components/dialog'
import { cn } from '@/lib/cn'

export interface PaletteItem {
  readonly id: string
  readonly group: string
  readonly text: string
  readonly icon: ReactNode
  readonly run: () => void
}

interface PaletteProps {
  items: readonly PaletteItem[]
  /** More items for what was typed: the cards of a project. */
  search?: ((text: string) => readonly PaletteItem[]) | undefined
  onClose: () => void
}

/** Everything that can be done or opened, by typing a few letters of it. */
export function CommandPalette({ items, search, onClose }: PaletteProps) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const found = [...items.filter((item) => matches(item, text)), ...(text && search ? search(text) : [])]
  const chosen = found[Math.min(at, found.length - 1)]

  function run(item: PaletteItem | undefined): void {
    if (!item) return
    onClose()
    item.run()
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      setAt((now) => (Math.min(now, found.length - 1) + step + found.length) % Math.max(found.length, 1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(chosen)
    }
  }

  return (
    <Dialog open onClose={onClose} title="Command palette" hideTitle>
      <input
        // A palette is opened to be typed into.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        role="combobox"
        aria-label="Command or card"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={chosen && `${list}-${chosen.id}`}
        placeholder="Go to, do, or find a card …"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className="h-14 w-full border-b-2 border-line bg-surface px-5 text-lg outline-none placeholder:text-ink-soft"
      />
      <div id={list} role="listbox" aria-label="Results" className="max-h-[50dvh] overflow-y-auto p-2">
        {found.map((item, i) => (
          // Chosen with the arrow keys from the input above; the pointer is the other way.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={item.id}
            id={`${list}-${item.id}`}
            role="option"
            aria-selected={item === chosen}
            tabIndex={-1}
            ref={item === chosen ? intoView : null}
            onClick={() => run(item)}
            onPointerMove={() => setAt(i)}
            className={cn(
              'flex cursor-pointer items-center gap-3 rounded-md border-2 border-transparent px-3 py-2',
              item === chosen && 'border-line bg-accent text-on-fill',
            )}
          >
            {item.icon}
            <span className="min-w-0 grow truncate font-medium">{item.text}</span>
            <span className={cn('shrink-0 text-xs', item !== chosen && 'text-ink-soft')}>{item.group}</span>
          </div>
        ))}
      </div>
      {!found.length && <p className="px-5 pb-5 text-sm text-ink-soft">Nothing is called that. A number finds a card.</p>}
    </Dialog>
  )
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}

function matches(item: PaletteItem, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const whole = `${item.group} ${item.text}`.toLowerCase()
  return words.every((word) => whole.includes(word))
}
