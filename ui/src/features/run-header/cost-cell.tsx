import type { Usage } from '@/client/types'
import { cn } from '@/lib/cn'
import { dollars, ESTIMATED } from '@/lib/format'

/** What does it cost? Today's dollars against the budget. */
export function CostCell({ usage }: { usage: Usage | undefined }) {
  if (!usage) return <p className="text-sm text-ink-soft">Cost …</p>
  const { today_usd: spent, budget_usd: budget, today_estimated: estimated } = usage
  const share = budget ? Math.min(100, (spent / budget) * 100) : 0
  return (
    <div className="flex min-w-28 flex-col gap-1.5">
      <p title={estimated ? ESTIMATED : undefined} className="tabular text-sm leading-none whitespace-nowrap text-ink-soft">
        <strong className="text-lg leading-none text-ink">{dollars(spent, estimated)}</strong>{' '}
        {budget ? `of ${dollars(budget)}` : 'today'}
      </p>
      {budget ? (
        <div
          role="meter"
          aria-label={`Budget: ${dollars(spent, estimated)} of ${dollars(budget)} today`}
          aria-valuemin={0}
          aria-valuemax={budget}
          aria-valuenow={Math.min(spent, budget)}
          className="h-4 overflow-hidden rounded-md border-2 border-line bg-sunken"
        >
          <div className={cn('h-full', share >= 90 ? 'bg-failing' : 'bg-accent')} style={{ width: `${share}%` }} />
        </div>
      ) : (
        <p className="text-xs text-ink-soft">no budget set</p>
      )}
    </div>
  )
}
