import { RunBadge } from '@/components/badge'
import { useNow } from '@/lib/clock'
import { cn } from '@/lib/cn'
import { clock, duration, moment, plural } from '@/lib/format'
import { isActive } from '@/lib/status'
import type { Run } from '@/live/model'
import { useLive } from '@/live/live-provider'

/** Is it working? The state of the run, why, and until when. */
export function StatusCell({ startedAt }: { startedAt: number | null }) {
  const run = useLive((live) => live.run)
  const agents = useLive((live) => live.agents.size)
  const now = useNow()
  const wordy = run.reason !== null || !isActive(run.status)
  return (
    <>
      <RunBadge status={run.status} />
      <p
        title={run.reason ?? undefined}
        // On a phone what says what to do next gets a line of its own.
        className={cn('line-clamp-3 min-w-0 grow basis-0 text-sm leading-snug text-ink-soft sm:line-clamp-2', wordy && 'max-sm:order-last max-sm:basis-full')}
      >
        {describe(run, agents, startedAt, now)}
      </p>
      {wordy && <span aria-hidden className="grow sm:hidden" />}
    </>
  )
}

function describe(run: Run, agents: number, startedAt: number | null, now: number) {
  if (run.status === 'parked') {
    return (
      <>
        {run.reason ?? 'Waiting'}
        {run.until && (
          <>
            , goes on <span className="font-semibold text-ink">{moment(run.until, now)}</span>{' '}
            <span className="tabular font-mono text-ink">({clock(run.until - now)})</span>
          </>
        )}
      </>
    )
  }
  if (run.reason) return run.reason
  if (run.status === 'running' || run.status === 'paused' || run.status === 'stopping') {
    const since = startedAt && run.status === 'running' ? ` for ${duration(now - startedAt)}` : ''
    return `${agents ? plural(agents, 'agent') : 'Agents are starting'}${since}`
  }
  return run.status === 'idle' ? 'Press start when you are ready' : 'No agent is at work'
}
