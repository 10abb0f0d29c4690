import type { ReactNode } from 'react'

import type { Feature } from '@/client/types'
import { ProofBadge } from '@/components/badge'
import { PROOFS } from '@/lib/status'
import { useLive } from '@/live/live-provider'
import { AnswerForm } from './answer-form'

export function Details({ feature, onOpen }: { feature: Feature; onOpen: (id: number) => void }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {feature.status === 'needs_input' && feature.human_request && <AnswerForm key={feature.id} id={feature.id} request={feature.human_request} />}
      {feature.status === 'failing' && feature.failing_reason && (
        <p className="rounded-md border-2 border-line bg-failing px-3.5 py-2.5 text-sm font-medium text-on-fill">{feature.failing_reason}</p>
      )}
      <Section title="Description">
        <p className="whitespace-pre-wrap">{feature.description || <span className="text-ink-soft">Nothing was written.</span>}</p>
      </Section>
      {feature.steps.length > 0 && (
        <Section title="Steps">
          <ol className="grid list-decimal gap-1.5 pl-5 marker:font-mono marker:text-sm marker:text-ink-soft">
            {feature.steps.map((step, i) => (
              <li key={i} className="pl-1">
                {step}
              </li>
            ))}
          </ol>
        </Section>
      )}
      {feature.dependencies.length > 0 && (
        <Section title="Depends on">
          <ul className="grid grid-cols-[minmax(0,1fr)] gap-2">
            {feature.dependencies.map((id) => (
              <Dependency key={id} id={id} onOpen={onOpen} />
            ))}
          </ul>
        </Section>
      )}
      {feature.proof && (
        <Section title="What stands behind it">
          <p className="text-sm">
            <ProofBadge proof={feature.proof} stale={feature.stale} /> {PROOFS[feature.proof].means}
            {feature.moved_by && ` Moved by ${feature.moved_by}.`}
          </p>
        </Section>
      )}
    </div>
  )
}

function Dependency({ id, onOpen }: { id: number; onOpen: (id: number) => void }) {
  const card = useLive((live) => live.cards.get(id))
  const state = card?.status === 'passing' ? 'done' : card?.status.replace('_', ' ')
  return (
    <li>
      <button
        type="button"
        onClick={() => onOpen(id)}
        className="flex w-full items-center gap-2 rounded-md border-2 border-line bg-surface px-3 py-1.5 text-left text-sm shadow-sm"
      >
        <span className="font-mono font-semibold">#{id}</span>
        <span className="min-w-0 grow truncate">{card?.name ?? 'deleted'}</span>
        <span className="shrink-0 text-ink-soft">{state}</span>
      </button>
    </li>
  )
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-bold tracking-wide text-ink-soft uppercase">{title}</h3>
      {children}
    </section>
  )
}
