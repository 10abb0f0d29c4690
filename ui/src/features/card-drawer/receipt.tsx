import { CircleCheckBig, CircleX, Hourglass, TriangleAlert } from 'lucide-react'

import { projectPath } from '@/client/http'
import type { Verification } from '@/client/types'
import { Badge } from '@/components/badge'
import { useNow } from '@/lib/clock'
import { cn } from '@/lib/cn'
import { moment } from '@/lib/format'
import { useProjectName } from '@/live/live-provider'
import { Code } from './code'
import { type Run, runsOf } from './receipt-runs'

const VERDICTS: Record<Verification['state'], { word: string; fill: string; Icon: typeof CircleX }> = {
  queued: { word: 'Queued', fill: 'bg-pending', Icon: Hourglass },
  running: { word: 'Running', fill: 'bg-accent', Icon: Hourglass },
  passed: { word: 'Passed', fill: 'bg-proven', Icon: CircleCheckBig },
  failed: { word: 'Failed', fill: 'bg-failing', Icon: CircleX },
  broken: { word: 'Broken', fill: 'bg-failing', Icon: TriangleAlert },
  cancelled: { word: 'Cancelled', fill: 'bg-pending', Icon: CircleX },
}

/** One time the check ran: the verdict, and what each run showed. */
export function Receipt({ receipt, open }: { receipt: Verification; open: boolean }) {
  const now = useNow()
  const { word, fill, Icon } = VERDICTS[receipt.state]
  const { seconds, commit, requested_by: by } = receipt
  return (
    <li className="overflow-hidden rounded-md border-2 border-line bg-surface shadow-sm">
      <details open={open}>
        <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
          <span className={cn('flex items-center gap-1.5 rounded-sm border border-on-fill px-1.5 py-0.5 text-xs font-bold text-on-fill', fill)}>
            <Icon size={14} aria-hidden />
            {word}
          </span>
          <span className="tabular">{moment(Date.parse(receipt.finished_at ?? receipt.created_at), now)}</span>
          {seconds !== null && <span className="tabular text-ink-soft">{seconds.toFixed(1)} s</span>}
          {commit && <span className="font-mono text-xs text-ink-soft">{commit.slice(0, 8)}</span>}
          <span className="ml-auto text-xs text-ink-soft">{by}</span>
        </summary>
        {receipt.detail && <p className="px-3 pb-2.5 text-sm first-letter:uppercase">{receipt.detail}</p>}
        <ol>
          {runsOf(receipt).map((run) => (
            <RunPart key={run.title} run={run} />
          ))}
        </ol>
        <Pictures receipt={receipt} />
      </details>
    </li>
  )
}

function RunPart({ run: { title, exit, output } }: { run: Run }) {
  const passed = exit === 0
  return (
    <li className="border-t-2 border-line">
      <p className="flex items-center gap-2 px-3 py-1.5 text-sm font-semibold">
        {title}
        {exit !== null && (
          <Badge
            fill={passed ? 'bg-proven' : 'bg-failing'}
            icon={passed ? <CircleCheckBig size={12} aria-hidden /> : <CircleX size={12} aria-hidden />}
          >
            {`${passed ? 'passed' : 'failed'}, exit ${exit}`}
          </Badge>
        )}
      </p>
      {output ? <Code text={output} bare label={`Output: ${title.toLowerCase()}`} /> : <p className="px-3 pb-2 text-xs text-ink-soft">It printed nothing.</p>}
    </li>
  )
}

/** The pictures the check left behind; each opens in full. */
function Pictures({ receipt: { id, feature_id: card, artefacts } }: { receipt: Verification }) {
  const project = useProjectName()
  if (!artefacts.length) return null
  return (
    <ul aria-label="Pictures" className="grid grid-cols-2 gap-3 border-t-2 border-line p-3">
      {artefacts.map((name) => {
        const address = projectPath(project, 'features', card, 'receipts', id, 'artefacts', name)
        return (
          <li key={name} className="min-w-0 text-xs">
            <a href={address} target="_blank" rel="noreferrer" className="block hover:underline">
              <img src={address} alt="" loading="lazy" className="aspect-video w-full rounded-sm border-2 border-line bg-sunken object-cover object-top" />
              <span className="mt-1 block truncate font-mono">{name}</span>
            </a>
          </li>
        )
      })}
    </ul>
  )
}
