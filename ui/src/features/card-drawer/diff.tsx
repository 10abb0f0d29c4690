import { useQuery } from '@tanstack/react-query'
import { GitCommitHorizontal } from 'lucide-react'

import { changesQuery } from '@/client/queries'
import { Skeleton } from '@/components/surface'
import { useProjectName } from '@/live/live-provider'
import { Patch } from './patch'

/** What was changed for the card: the commits that landed, newest first. */
export function Diff({ id }: { id: number }) {
  const project = useProjectName()
  const changes = useQuery(changesQuery(project, id))
  if (changes.isPending) return <Skeleton className="h-40" />
  if (changes.error) return <p className="text-sm font-semibold text-text-failing">{changes.error.message}</p>
  if (!changes.data.changes.length) return <p className="text-sm text-ink-soft">Nothing has landed for it yet.</p>
  return (
    <ul className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {changes.data.changes.map(({ commit, patch, truncated }, i) => (
        <li key={commit} className="overflow-hidden rounded-md border-2 border-line bg-surface shadow-sm">
          <details open={i === 0}>
            <summary className="flex list-none items-center gap-2 px-3 py-2 font-mono text-sm font-semibold">
              <GitCommitHorizontal size={16} aria-hidden />
              {commit.slice(0, 10)}
            </summary>
            <Patch text={patch} label={`Changes of commit ${commit.slice(0, 10)}`} truncated={truncated} className="max-h-[60dvh] border-t-2" />
          </details>
        </li>
      ))}
    </ul>
  )
}
