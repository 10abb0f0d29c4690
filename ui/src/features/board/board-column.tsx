import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useRef } from 'react'

import { cn } from '@/lib/cn'
import type { ColumnKey } from '@/live/model'
import { BoardCard } from './board-card'
import { LOOKS } from './column-look'

interface BoardColumnProps {
  column: ColumnKey
  ids: readonly number[]
  /** Of the whole column, when a filter shows fewer. */
  total: number
  /** A word about the column: how many are blocked. */
  note?: string | undefined
  selected: number | null
  onOpen: (id: number) => void
  bare?: boolean
}

/** A column of cards; only those in sight are in the page. */
export function BoardColumn({ column, ids, total, note, selected, onOpen, bare = false }: BoardColumnProps) {
  const { word, Icon, fill } = LOOKS[column]
  return (
    <section aria-label={word} className={cn('flex h-full min-h-0 min-w-0 flex-col', !bare && 'rounded-t-lg border-x-2 border-t-2 border-hairline bg-sunken/55 px-2.5 pt-2.5')}>
      {!bare && (
        <header className="mb-2 flex items-center gap-2">
          <span className={cn('grid size-7 place-items-center rounded-md border-2 border-on-fill text-on-fill', fill)}>
            <Icon size={16} aria-hidden />
          </span>
          <h2 className="font-bold">{word}</h2>
          <span className="tabular text-sm font-semibold text-ink-soft">
            {ids.length === total ? total.toLocaleString('en-US') : `${ids.length.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`}
          </span>
          {note && <span className="ml-auto text-xs text-ink-soft">{note}</span>}
        </header>
      )}
      <CardList column={column} ids={ids} filtered={ids.length !== total} selected={selected} onOpen={onOpen} />
    </section>
  )
}

type CardListProps = Pick<BoardColumnProps, 'column' | 'ids' | 'selected' | 'onOpen'> & { filtered: boolean }

function CardList({ column, ids, filtered, selected, onOpen }: CardListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const { rows, word, empty } = LOOKS[column]
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rows * rootFontSize(),
    getItemKey: (index) => ids[index] ?? index,
    overscan: 4,
  })

  /** Arrow keys walk along the column, also to cards that are not in the page yet. */
  function walk(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const from = ids.indexOf(Number((event.target as HTMLElement).dataset['card']))
    const next = ids[from + (step ?? 0)]
    if (!step || from < 0 || next === undefined) return
    event.preventDefault()
    virtual.scrollToIndex(from + step)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-card="${next}"]`)?.focus())
  }

  if (!ids.length)
    return <p className="rounded-md border-2 border-dashed border-hairline px-4 py-6 text-center text-sm text-ink-soft">{filtered ? 'No card here matches the filter.' : empty}</p>
  return (
    // The keys belong to the cards inside; the list itself is no control.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={scroller} onKeyDown={walk} className="-mx-1 min-h-0 grow overflow-y-auto overscroll-contain px-1 pb-20 [contain:strict] md:pb-4">
      <ul aria-label={`${word}: cards`} className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const id = ids[item.index]
          return (
            id !== undefined && (
              <li
                key={item.key}
                aria-setsize={ids.length}
                aria-posinset={item.index + 1}
                className="absolute inset-x-0 top-0 pt-0.5 pb-2.5"
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <BoardCard id={id} selected={id === selected} onOpen={onOpen} />
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}

let fontSize = 0
const rootFontSize = (): number => (fontSize ||= parseFloat(getComputedStyle(document.documentElement).fontSize) || 16)
