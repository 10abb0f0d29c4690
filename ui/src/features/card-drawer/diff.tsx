import { useQuery } from '@tanstack/react-query'
import { GitCommitHorizontal } from 'lucide-react'

import { changesQuery } from '@/client/queries'
import { Skeleton } from '@/components/surface'
import { cn } from '@/lib/cn'
import { useProjectName } from '@/live/live-provider'

const SHOWN = 2_000

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
            <Patch text={patch} truncated={truncated} />
          </details>
        </li>
      ))}
    </ul>
  )
}

function Patch({ text, truncated }: { text: string; truncated: boolean }) {
  const lines = text.split('\n')
  return (
    // What is wider than the drawer scrolls, also by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} className="max-h-[60dvh] overflow-auto border-t-2 border-line bg-sunken px-3 py-2 font-mono text-xs leading-relaxed">
      {lines.slice(0, SHOWN).map((line, i) => (
        <span key={i} className={cn('block min-h-[1lh]', look(line))}>
          {line}
        </span>
      ))}
      {(truncated || lines.length > SHOWN) && <em>… more than is shown here</em>}
    </pre>
  )
}

/** Added and removed lines keep their + and -, so colour is not all that tells them apart. */
function look(line: string): string {
  if (/^(diff |index |\+\+\+ |--- )/.test(line)) return 'font-bold'
  if (line.startsWith('@@')) return 'text-text-progress'
  if (line.startsWith('+')) return 'text-text-proven'
  if (line.startsWith('-')) return 'text-text-failing'
  return ''
}
