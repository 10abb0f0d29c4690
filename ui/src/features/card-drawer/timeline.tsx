import { useQuery } from '@tanstack/react-query'

import { timelineQuery } from '@/client/queries'
import { Skeleton } from '@/components/surface'
import { useNow } from '@/lib/clock'
import { moment } from '@/lib/format'
import { useProjectName } from '@/live/live-provider'
import { CardText } from './card-text'

/** Why is this card here? Every move, who made it, and the reason given. */
export function Timeline({ id, onOpen }: { id: number; onOpen: (id: number) => void }) {
  const project = useProjectName()
  const timeline = useQuery(timelineQuery(project, id))
  const now = useNow()
  if (timeline.isPending) return <Skeleton className="h-40" />
  const entries = [...(timeline.data ?? [])].reverse()
  if (!entries.length) return <p className="text-sm text-ink-soft">Nothing has happened to it yet.</p>
  return (
    <ol className="ml-1.5 border-l-2 border-line">
      {entries.map((entry) => (
        <li key={entry.seq} className="relative pb-5 pl-5 last:pb-0">
          <span aria-hidden className="absolute top-1.5 -left-[7px] size-3 border-2 border-line bg-accent" />
          <p className="font-semibold">{entry.text}</p>
          {entry.note && (
            <p className="text-sm break-words first-letter:uppercase">
              <CardText text={entry.note} onOpen={onOpen} />
            </p>
          )}
          <p className="text-sm text-ink-soft">
            {moment(Date.parse(entry.timestamp), now)} · {entry.actor}
            {entry.commit && (
              <>
                {' · '}
                <span className="font-mono text-xs">{entry.commit.slice(0, 8)}</span>
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  )
}
