import { useQuery } from '@tanstack/react-query'

import { agentStatusQuery, usageQuery } from '@/client/queries'
import { Skeleton } from '@/components/surface'
import { toMillis } from '@/live/model'
import { useLive, useProjectName } from '@/live/live-provider'
import { Controls } from './controls'
import { CostCell } from './cost-cell'
import { NeedsCell } from './needs-cell'
import { ProvenCell } from './proven-cell'
import { StatusCell } from './status-cell'

/** The three answers: is it working, what is proven, what does it cost and need. */
export function RunHeader({ onOpenCard }: { onOpenCard: (card: number) => void }) {
  const project = useProjectName()
  const usage = useQuery(usageQuery(project))
  const loaded = useLive((live) => live.loaded)
  const startedAt = useQuery({ ...agentStatusQuery(project), select: (status) => toMillis(status.started_at) })
  if (!loaded) return <Waiting />
  return (
    <section
      aria-label="State of the run"
      className="grid grid-cols-[1fr_auto] border-b-2 border-line bg-surface lg:grid-cols-[minmax(0,auto)_minmax(20rem,1fr)_auto_auto]"
    >
      <div className="col-span-2 flex items-center gap-x-3 gap-y-2 px-4 py-2.5 max-sm:flex-wrap lg:col-span-1">
        <StatusCell startedAt={startedAt.data ?? null} />
        <Controls />
      </div>
      <div className="col-span-2 border-t-2 border-line px-4 py-2.5 lg:col-span-1 lg:border-t-0 lg:border-l-2">
        <ProvenCell />
      </div>
      <div className="border-t-2 border-line px-4 py-2.5 lg:border-t-0 lg:border-l-2">
        <CostCell usage={usage.data} />
      </div>
      <div className="flex items-center border-t-2 border-l-2 border-line px-4 py-2.5 lg:border-t-0">
        <NeedsCell onOpen={onOpenCard} />
      </div>
    </section>
  )
}

/** Before anything is known nothing is claimed. */
function Waiting() {
  return (
    <section aria-label="State of the run" aria-busy="true" className="flex h-17 items-center gap-6 border-b-2 border-line bg-surface px-4">
      <Skeleton className="h-7 w-28" />
      <Skeleton className="h-7 grow" />
      <Skeleton className="h-7 w-28" />
    </section>
  )
}
