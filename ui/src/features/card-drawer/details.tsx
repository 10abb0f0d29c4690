import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

import { featureUsageQuery } from '@/client/queries'
import type { Feature, Proof } from '@/client/types'
import { ProofBadge } from '@/components/badge'
import { useNow } from '@/lib/clock'
import { cn } from '@/lib/cn'
import { compact, dollars, ESTIMATED, moment, plural } from '@/lib/format'
import { PROOFS, STALE } from '@/lib/status'
import { useLive, useProjectName } from '@/live/live-provider'
import { AnswerForm } from './answer-form'
import { Answered } from './answered'
import { CardText } from './card-text'

export function Details({ feature, onOpen }: { feature: Feature; onOpen: (id: number) => void }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {feature.status === 'needs_input' && feature.human_request && <AnswerForm key={feature.id} id={feature.id} request={feature.human_request} />}
      {feature.failing_reason && feature.status !== 'passing' && (
        <div className={cn('rounded-md border-2 border-line px-3.5 py-2.5 shadow-sm', feature.status === 'failing' ? 'bg-failing text-on-fill' : 'bg-surface')}>
          <h3 className="flex items-center gap-2 font-bold">
            <TriangleAlert size={18} aria-hidden />
            {feature.status === 'failing' ? 'Why it fails' : 'Why it came back'}
          </h3>
          <p className="mt-1 max-h-60 overflow-y-auto text-sm font-medium break-words whitespace-pre-wrap">
            <CardText text={feature.failing_reason} onOpen={onOpen} />
          </p>
        </div>
      )}
      {feature.status !== 'needs_input' && feature.status !== 'passing' && feature.human_request?.answers && <Answered request={feature.human_request} />}
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
          <Standing feature={feature} proof={feature.proof} />
        </Section>
      )}
      <Cost id={feature.id} />
    </div>
  )
}

/** The badge in words, and the receipt it comes from. */
function Standing({ feature, proof }: { feature: Feature; proof: Proof }) {
  const now = useNow()
  const receipt = feature.last_receipt
  return (
    <div className="grid gap-2 text-sm">
      <p>
        <ProofBadge proof={proof} stale={feature.stale} /> {PROOFS[proof].means}
        {feature.stale && ` ${STALE}`}
        {feature.moved_by && ` Moved by ${feature.moved_by}.`}
      </p>
      {receipt?.finished_at && (
        <p className="text-ink-soft">
          Last checked {moment(Date.parse(receipt.finished_at), now)}
          {receipt.commit && (
            <>
              {' '}
              at <span className="font-mono text-xs">{receipt.commit.slice(0, 8)}</span>
            </>
          )}
          .
        </p>
      )}
    </div>
  )
}

/** What the card has cost so far. Nothing before its first session. */
function Cost({ id }: { id: number }) {
  const { data: usage } = useQuery(featureUsageQuery(useProjectName(), id))
  if (!usage?.sessions) return null
  const { input_tokens: fresh = 0, cache_read_tokens: read = 0, cache_write_tokens: written = 0, output_tokens: out = 0 } = usage
  return (
    <Section title="Cost">
      <p className="tabular text-sm" title={usage.estimated ? ESTIMATED : undefined}>
        <strong>{dollars(usage.cost_usd, usage.estimated)}</strong> in {plural(usage.sessions, 'session')}
        <span className="text-ink-soft">
          {' '}
          ({compact(fresh + read + written)} tokens in, {compact(out)} out)
        </span>
      </p>
    </Section>
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
