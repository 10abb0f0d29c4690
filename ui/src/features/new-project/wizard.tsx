import { useNavigate } from '@tanstack/react-router'
import { ArrowLeft, ArrowRight, Check, Play } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/components/button'
import { Panel } from '@/components/surface'
import { cn } from '@/lib/cn'
import { type Draft, dropDraft, furthest, problemOf, readDraft, type StepKey, STEP_WORDS, STEPS, writeDraft } from './draft'
import { FolderStep } from './folder-step'
import { KindStep } from './kind-step'
import { NameStep } from './name-step'
import { ReviewStep } from './review-step'
import { SpecStep } from './spec-step'
import type { StepProps } from './step-props'
import { useCreate } from './use-create'

const BODIES: Record<StepKey, (props: StepProps) => React.ReactNode> = {
  name: NameStep,
  folder: FolderStep,
  kind: KindStep,
  spec: SpecStep,
  review: ReviewStep,
}

/** From an idea to running agents. What is entered stays in this browser until the project exists. */
export default function Wizard({ importing = false }: { importing?: boolean }) {
  const navigate = useNavigate()
  const [draft, setDraft] = useState(() => readDraft(importing))
  const create = useCreate(draft, importing, (project) => {
    dropDraft(importing)
    void navigate({ to: '/p/$project/board', params: { project } })
  })
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part }
    setDraft(next)
    writeDraft(importing, next)
  }
  const reachable = furthest(draft, importing)
  const at = Math.min(STEPS.indexOf(draft.step), reachable)
  const step = STEPS[at] ?? 'name'
  const problem = problemOf(step, draft, importing)
  const Body = BODIES[step]
  const go = (to: number) => change({ step: STEPS[to] ?? 'name' })

  return (
    <div className="mx-auto grid max-w-3xl gap-6 px-4 py-6 sm:py-10">
      <h1 className="text-3xl font-bold tracking-tight">{importing ? 'Import a project' : 'New project'}</h1>
      <StepList at={at} reachable={reachable} onGo={go} />
      <Panel className="p-5">
        <form
          className="grid gap-6"
          onSubmit={(event) => {
            event.preventDefault()
            if (step !== 'review' && !problem) go(at + 1)
          }}
        >
          <Body draft={draft} change={change} problem={problem} importing={importing} />
          {create.error && (
            <p role="alert" className="rounded-md border-2 border-line bg-failing px-3.5 py-2.5 text-sm font-medium text-on-fill">
              {create.error.message}
            </p>
          )}
          <div className="flex flex-wrap items-center gap-2">
            <Button disabled={at === 0} onClick={() => go(at - 1)} icon={<ArrowLeft size={16} aria-hidden />}>
              Back
            </Button>
            <span className="grow" />
            {step === 'review' ? (
              <Finish busy={create.isPending} onCreate={create.mutate} canStart={Boolean(draft.spec.trim())} />
            ) : (
              <Button type="submit" tone="primary" disabled={problem !== null} title={problem ?? undefined}>
                Next <ArrowRight size={16} aria-hidden />
              </Button>
            )}
          </div>
        </form>
      </Panel>
      <p className="text-sm text-ink-soft">You can leave this page; it goes on where you left it.</p>
    </div>
  )
}

function Finish(props: { busy: boolean; canStart: boolean; onCreate: (start: boolean) => void }) {
  const { busy, canStart, onCreate } = props
  return (
    <>
      <Button busy={busy} onClick={() => onCreate(false)}>
        Create only
      </Button>
      {canStart && (
        <Button tone="go" busy={busy} onClick={() => onCreate(true)} icon={<Play size={16} aria-hidden className="fill-current" />}>
          Create and start
        </Button>
      )}
    </>
  )
}

function StepList({ at, reachable, onGo }: { at: number; reachable: number; onGo: (step: number) => void }) {
  return (
    <nav aria-label="Steps">
      <ol className="flex flex-wrap gap-2">
        {STEPS.map((step, i) => (
          <li key={step}>
            <button
              type="button"
              disabled={i > reachable}
              aria-current={i === at ? 'step' : undefined}
              onClick={() => onGo(i)}
              className={cn(
                'flex h-9 items-center gap-2 rounded-md border-2 px-3 text-sm font-semibold',
                i === at ? 'border-line bg-accent text-on-fill shadow-sm' : 'border-hairline',
                i > reachable && 'text-ink-soft',
              )}
            >
              {i < at && i < reachable ? <Check size={15} aria-label="done" /> : <span className="font-mono">{i + 1}</span>}
              <span className={cn(i !== at && 'hidden sm:inline')}>{STEP_WORDS[step]}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
