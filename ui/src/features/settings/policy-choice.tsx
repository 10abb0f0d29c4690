import { useState } from 'react'

import type { Project } from '@/client/types'
import { ProofBadge } from '@/components/badge'
import { cn } from '@/lib/cn'
import type { ProofState } from '@/lib/status'

type Policy = Project['proof_policy']

const POLICIES: { policy: Policy; badge: ProofState; word: string; says: string }[] = [
  { policy: 'proven', badge: 'proven', word: 'Proof', says: 'Its check fails without the work and passes with it, both seen by the harness. The surest, and two runs a card.' },
  { policy: 'green', badge: 'green', word: 'A green check', says: 'Its check passes with the work. Whether it would have failed before is not tried.' },
  { policy: 'off', badge: 'unproven', word: 'The agent’s word', says: 'Nothing is run. Quick, for throwing away.' },
]

/** What has to be seen before a card turns green; in a form it is `policy`. */
export function PolicyChoice({ value, error }: { value: Policy; error: string | null }) {
  const [chosen, setChosen] = useState(value)
  return (
    <fieldset className="grid gap-2.5">
      <legend className="mb-1.5 text-sm font-semibold">What turns a card green</legend>
      {POLICIES.map(({ policy, badge, word, says }) => (
        <label
          key={policy}
          className={cn(
            'grid cursor-pointer grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1 rounded-md border-2 border-line px-3.5 py-2.5 has-focus-visible:outline-3 has-focus-visible:outline-focus',
            chosen === policy && 'bg-accent text-on-fill shadow-sm',
          )}
        >
          <input type="radio" name="policy" value={policy} checked={chosen === policy} onChange={() => setChosen(policy)} className="size-4 accent-on-fill" />
          <span className="font-bold">{word}</span>
          <ProofBadge proof={badge} />
          <span className="col-span-2 col-start-2 text-sm">{says}</span>
        </label>
      ))}
      <p className="text-sm text-ink-soft">Applies to checks from now on; cards keep the proof they have.</p>
      {error && (
        <p role="alert" className="text-sm font-semibold text-text-failing">
          {error}
        </p>
      )}
    </fieldset>
  )
}
