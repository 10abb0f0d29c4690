import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { fetchHistory } from '@/client/queries'
import { Skeleton } from '@/components/surface'
import { cn } from '@/lib/cn'
import { timeOfDay } from '@/lib/format'
import { toEntry } from '@/live/entries'
import { useLive, useLiveStore } from '@/live/live-provider'
import type { Entry } from '@/live/model'

const SHOWN = 300

/** What was said while working on this card: stored lines first, then those that come in. */
export function CardLog({ id }: { id: number }) {
  const { project, store } = useLiveStore()
  const stored = useQuery({
    queryKey: ['projects', project, 'feature', id, 'log'],
    queryFn: ({ signal }) => fetchHistory(project, { before: store.get().lastSeq + 1, limit: SHOWN, featureId: id, signal }),
    staleTime: Infinity,
    gcTime: 0,
  })
  const entries = useLive((live) => live.entries)
  const lines = useMemo(() => merge(stored.data?.events.map(toEntry) ?? [], entries, id), [stored.data, entries, id])
  if (stored.isPending) return <Skeleton className="h-40" />
  if (!lines.length) return <p className="text-sm text-ink-soft">Nobody has worked on it yet.</p>
  return (
    <ol className="grid gap-0.5 font-mono text-xs leading-relaxed">
      {lines.map((line) => (
        <li key={line.seq} className="flex gap-2.5">
          <time className="shrink-0 text-ink-soft">{timeOfDay(Date.parse(line.timestamp))}</time>
          <span className={cn('min-w-0 break-words', line.level === 'error' && 'text-text-failing', line.level === 'warning' && 'text-text-warning')}>
            {line.level === 'error' && 'Error: '}
            {line.level === 'warning' && 'Warning: '}
            {line.text}
          </span>
        </li>
      ))}
    </ol>
  )
}

function merge(stored: readonly (Entry | null)[], live: readonly Entry[], id: number): Entry[] {
  const first = stored.filter((entry) => entry !== null)
  const last = first.at(-1)?.seq ?? 0
  return [...first, ...live.filter((entry) => entry.featureId === id && entry.seq > last)].slice(-SHOWN)
}
