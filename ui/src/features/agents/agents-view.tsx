import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bot } from 'lucide-react'

import { agentStatusQuery } from '@/client/queries'
import { Empty } from '@/components/surface'
import { cn } from '@/lib/cn'
import { useLive, useProjectName } from '@/live/live-provider'
import type { AgentTile as AgentTileModel } from '@/live/model'
import { AgentTile } from './agent-tile'

/** Up to so many, two beside each other have the more room for what they say. */
const FEW = 4

/** A tile for each agent at work. */
export default function AgentsView() {
  const project = useProjectName()
  const agents = useLive((live) => live.agents)
  const totals = useQuery(agentStatusQuery(project))
  const navigate = useNavigate()
  if (!agents.size) {
    return (
      <Empty icon={<Bot aria-hidden />} title="No agent is at work">
        Press <strong>Start</strong> above. <em>Run options</em> beside it set how many work at the same time.
      </Empty>
    )
  }
  return (
    <ul className={cn('grid h-full grid-cols-[minmax(0,1fr)] content-start gap-4 overflow-y-auto p-4 md:grid-cols-2 2xl:grid-cols-3', agents.size > FEW && 'xl:grid-cols-3 min-[120rem]:grid-cols-4')}>
      {[...agents.values()].sort(byName).map((tile) => (
        <AgentTile
          key={tile.agent}
          tile={tile}
          totals={totals.data?.agents?.find(({ agent }) => agent === tile.agent)}
          onOpen={(card) => void navigate({ to: '/p/$project/board', params: { project }, search: { card } })}
        />
      ))}
    </ul>
  )
}

/** agent-2 before agent-10; whoever speaks, the tiles stay where they are. */
const byName = (a: AgentTileModel, b: AgentTileModel) => a.agent.localeCompare(b.agent, 'en', { numeric: true })
