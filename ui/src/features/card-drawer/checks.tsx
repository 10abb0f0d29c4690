import { useQuery } from '@tanstack/react-query'

import { receiptsQuery } from '@/client/queries'
import type { Feature } from '@/client/types'
import { Skeleton } from '@/components/surface'
import { useNow } from '@/lib/clock'
import { moment } from '@/lib/format'
import { useProjectName } from '@/live/live-provider'
import { Code } from './code'
import { Section } from './details'
import { Receipt } from './receipt'

/** The frozen check of a card, and every time it ran. */
export function Checks({ feature }: { feature: Feature }) {
  const project = useProjectName()
  const receipts = useQuery(receiptsQuery(project, feature.id))
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <Section title="Check">
        {feature.check ? (
          <FrozenCheck check={feature.check} />
        ) : (
          <p className="text-sm text-ink-soft">No check is set yet. The agent that takes the card sets one before it builds.</p>
        )}
      </Section>
      <Section title="Runs">
        {receipts.isPending && <Skeleton className="h-20" />}
        {receipts.data?.length === 0 && <p className="text-sm text-ink-soft">The check has not run yet.</p>}
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-3">
          {receipts.data?.map((receipt, i) => (
            <Receipt key={receipt.id} receipt={receipt} open={i === 0} />
          ))}
        </ul>
      </Section>
    </div>
  )
}

const KINDS = {
  proof: 'It has to fail without the work and pass with it.',
  guard: 'A guard: the feature was there already, so it has to pass without the work and with it.',
}

function FrozenCheck({ check }: { check: NonNullable<Feature['check']> }) {
  const now = useNow()
  return (
    <div className="grid gap-2 text-sm">
      <Code text={check.command} label="Command of the check" />
      <p className="font-mono text-xs text-ink-soft empty:hidden">{check.files?.join(', ')}</p>
      <p className="text-ink-soft">
        {KINDS[check.kind ?? 'proof']} Frozen {moment(Date.parse(check.set_at), now)} by {check.set_by}
        {check.files?.length ? ', its files included.' : '.'}
      </p>
      {check.already_satisfied && <p>Why it was there already: {check.already_satisfied}</p>}
    </div>
  )
}
