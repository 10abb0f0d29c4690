import { CircleCheckBig, Hand, Hammer, Inbox, TriangleAlert } from 'lucide-react'

import type { Feature, FeatureStatus } from '@/client/types'
import { Badge, BlockedBadge, ProofBadge } from '@/components/badge'

const STATUS: Record<FeatureStatus, { word: string; fill: string; Icon: typeof Inbox }> = {
  pending: { word: 'Pending', fill: 'bg-pending', Icon: Inbox },
  in_progress: { word: 'In progress', fill: 'bg-progress', Icon: Hammer },
  passing: { word: 'Done', fill: 'bg-proven', Icon: CircleCheckBig },
  failing: { word: 'Failing', fill: 'bg-failing', Icon: TriangleAlert },
  needs_input: { word: 'Needs you', fill: 'bg-needs', Icon: Hand },
}

export function DrawerHeader({ feature }: { feature: Feature }) {
  const { word, fill, Icon } = STATUS[feature.status]
  return (
    <>
      <p className="flex flex-wrap items-center gap-1.5 text-sm text-ink-soft">
        <span className="font-mono font-semibold text-ink">#{feature.id}</span>
        <span className="mr-1">{feature.category}</span>
        <Badge fill={fill} icon={<Icon size={12} aria-hidden />}>
          {word}
        </Badge>
        {feature.proof && <ProofBadge proof={feature.proof} stale={feature.stale} />}
        {feature.blocked && <BlockedBadge />}
        {feature.verifying && <Badge fill="bg-accent">Checking</Badge>}
        {feature.claimed_by && <Badge fill="bg-progress">{feature.claimed_by}</Badge>}
      </p>
      <h2 className="mt-1.5 text-lg leading-tight font-bold">{feature.name}</h2>
    </>
  )
}
