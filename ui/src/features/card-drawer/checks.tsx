import { useQuery } from '@tanstack/react-query'
import { CircleCheckBig, CircleX, Hourglass, TriangleAlert } from 'lucide-react'

import { receiptsQuery } from '@/client/queries'
import type { Feature, Verification } from '@/client/types'
import { Skeleton } from '@/components/surface'
import { useNow } from '@/lib/clock'
import { cn } from '@/lib/cn'
import { moment } from '@/lib/format'
import { useProjectName } from '@/live/live-provider'
import { Section } from './details'

const VERDICTS: Record<Verification['state'], { word: string; fill: string; Icon: typeof CircleX }> = {
  queued: { word: 'Queued', fill: 'bg-pending', Icon: Hourglass },
  running: { word: 'Running', fill: 'bg-accent', Icon: Hourglass },
  passed: { word: 'Passed', fill: 'bg-proven', Icon: CircleCheckBig },
  failed: { word: 'Failed', fill: 'bg-failing', Icon: CircleX },
  broken: { word: 'Broken', fill: 'bg-failing', Icon: TriangleAlert },
  cancelled: { word: 'Cancelled', fill: 'bg-pending', Icon: CircleX },
}

/** The frozen check of a card, and every time it ran. */
export function Checks({ feature }: { feature: Feature }) {
  const project = useProjectName()
  const receipts = useQuery(receiptsQuery(project, feature.id))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <Section title="Check">
        {feature.check ? (
          <div className="grid gap-2 text-sm">
            <Code text={feature.check.command} />
            <p className="font-mono text-xs text-ink-soft empty:hidden">{feature.check.files?.join(', ')}</p>
            <p className="text-ink-soft">
              {feature.check.kind === 'guard' ? 'A guard: green before and after.' : 'Frozen when it was set'} by {feature.check.set_by}.
            </p>
          </div>
        ) : (
          <p className="text-sm text-ink-soft">No check is set yet. The agent that takes the card sets one before it builds.</p>
        )}
      </Section>
      <Section title="Runs">
        {receipts.isPending && <Skeleton className="h-20" />}
        {receipts.data?.length === 0 && <p className="text-sm text-ink-soft">The check has not run yet.</p>}
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-3">
          {receipts.data?.map((run, i) => (
            <Receipt key={run.id} run={run} open={i === 0} />
          ))}
        </ul>
      </Section>
    </div>
  )
}

function Receipt({ run, open }: { run: Verification; open: boolean }) {
  const now = useNow()
  const { word, fill, Icon } = VERDICTS[run.state]
  const when = Date.parse(run.finished_at ?? run.created_at)
  return (
    <li className="overflow-hidden rounded-md border-2 border-line bg-surface shadow-sm">
      <details open={open}>
        <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
          <span className={cn('flex items-center gap-1.5 rounded-sm border border-on-fill px-1.5 py-0.5 text-xs font-bold text-on-fill', fill)}>
            <Icon size={14} aria-hidden />
            {word}
          </span>
          <span className="tabular">{moment(when, now)}</span>
          {run.seconds !== null && <span className="tabular text-ink-soft">{run.seconds.toFixed(1)} s</span>}
          <span className="font-mono text-xs text-ink-soft">{facts(run)}</span>
        </summary>
        {run.detail && <p className="px-3 pb-2 text-sm">{run.detail}</p>}
        {run.output && <Code text={run.output} bare />}
      </details>
    </li>
  )
}

function facts(run: Verification): string {
  const exits = [run.exit_base !== null && `before ${run.exit_base}`, run.exit_head !== null && `after ${run.exit_head}`].filter(Boolean)
  return [run.commit?.slice(0, 8), exits.length && `exit ${exits.join(', ')}`].filter(Boolean).join(' · ')
}

function Code({ text, bare = false }: { text: string; bare?: boolean }) {
  return (
    // What is wider than the drawer scrolls, also by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} className={cn('max-h-72 overflow-auto bg-sunken px-3 py-2 font-mono text-xs leading-relaxed', bare ? 'border-t-2 border-line' : 'rounded-md border-2 border-line')}>
      {text}
    </pre>
  )
}
