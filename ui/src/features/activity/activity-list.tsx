import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef } from 'react'

import type { Entry } from '@/live/model'
import { ActivityRow } from './activity-row'

const ROW = 28
const NEAR_TOP = 20

interface ActivityListProps {
  entries: readonly Entry[]
  following: boolean
  /** The list was scrolled up by hand, or back down to its end. */
  onFollow: (following: boolean) => void
  onNearTop: () => void
  selected: Entry | null
  onSelect: (entry: Entry) => void
}

/** The rows in sight. Stays at the end while following; keeps its place when older rows come in above. */
export function ActivityList({ entries, following, onFollow, onNearTop, selected, onSelect }: ActivityListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => entries[index]?.seq ?? index,
    overscan: 12,
  })
  const last = entries.at(-1)?.seq
  useLayoutEffect(() => {
    const element = scroller.current
    if (following && element) element.scrollTop = element.scrollHeight
  }, [following, last])
  const first = entries[0]?.seq
  const before = useRef<{ first: number } | null>(null)
  // Rows put in above push the others down by exactly their height; the eye stays where it was.
  useLayoutEffect(() => {
    const was = before.current
    before.current = first === undefined ? null : { first }
    if (!was || first === undefined || first >= was.first || !scroller.current) return
    const added = entries.findIndex((entry) => entry.seq >= was.first)
    if (added > 0) scroller.current.scrollTop += added * ROW
  }, [entries, first])

  const items = virtual.getVirtualItems()
  const nearTop = (items[0]?.index ?? Infinity) < NEAR_TOP
  useEffect(() => {
    if (nearTop) onNearTop()
  }, [nearTop, entries.length, onNearTop])

  /** Scrolling away from the end freezes, coming back to it follows again. */
  function onScroll(): void {
    const element = scroller.current
    if (!element) return
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 2 * ROW
    if (atEnd !== following) onFollow(atEnd)
  }

  return (
    <div
      ref={scroller}
      role="log"
      aria-label="Activity"
      aria-live="off"
      // A log that scrolls has to be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={onScroll}
      className="min-h-0 grow overflow-y-auto overscroll-contain [contain:strict]"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const entry = entries[item.index]
          return (
            entry && (
              <div key={item.key} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${item.start}px)` }}>
                <ActivityRow entry={entry} selected={entry.seq === selected?.seq} onSelect={onSelect} />
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}
