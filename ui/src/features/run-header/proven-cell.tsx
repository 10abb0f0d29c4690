import { type Part, ProgressBar } from '@/components/progress'
import { cn } from '@/lib/cn'
import { percent } from '@/lib/format'
import { countCards, type Counts } from '@/live/counts'
import { useLive } from '@/live/live-provider'

/** What is proven? Every card of the whole, by what stands behind its green. */
export function ProvenCell() {
  const counts = useLive((live) => countCards(live.cards))
  const parts = toParts(counts)
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex items-baseline gap-2 whitespace-nowrap">
        <span className="tabular text-lg leading-none font-bold">{percent(counts.done, counts.total)} %</span>
        <span className="tabular text-sm font-semibold">
          {counts.done.toLocaleString('en-US')} of {counts.total.toLocaleString('en-US')}
        </span>
        <Legend parts={parts} className="hidden h-4 grow flex-wrap justify-end overflow-hidden sm:flex lg:hidden xl:flex" />
      </div>
      <ProgressBar parts={parts} total={counts.total} className="h-4" />
    </div>
  )
}

function Legend({ parts, className }: { parts: readonly Part[]; className?: string }) {
  return (
    <ul className={cn('gap-x-2.5 text-xs text-ink-soft', className)}>
      {parts
        .filter((part) => part.count > 0)
        .map((part) => (
          <li key={part.name} className="flex items-center gap-1.5">
            <span aria-hidden className={cn('size-2.5 border border-on-fill', part.fill, part.striped && 'stripes')} />
            <span className="tabular">
              {part.count.toLocaleString('en-US')} {part.name}
            </span>
          </li>
        ))}
    </ul>
  )
}

function toParts(counts: Counts): Part[] {
  return [
    { name: 'proven', count: counts.proven, fill: 'bg-proven' },
    { name: 'guarded', count: counts.guarded, fill: 'bg-guarded' },
    { name: 'green', count: counts.green, fill: 'bg-green' },
    { name: 'unproven', count: counts.unproven, fill: 'bg-unproven' },
    { name: 'in progress', count: counts.inProgress, fill: 'bg-progress', striped: true },
    { name: 'failing', count: counts.failing, fill: 'bg-failing' },
  ]
}
