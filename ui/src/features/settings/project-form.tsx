import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SubmitEvent } from 'react'

import { updateProject } from '@/client/commands'
import { ApiError } from '@/client/http'
import { projectQuery, usageQuery } from '@/client/queries'
import type { Project, ProjectUpdate } from '@/client/types'
import { Button } from '@/components/button'
import { CrewFields } from '@/components/crew-fields'
import { Field, Input } from '@/components/field'
import { showToast } from '@/lib/toasts'
import { PolicyChoice } from './policy-choice'

/** What green means in this project, who works on it, and what it may cost. */
export function ProjectForm({ project }: { project: Project }) {
  const queries = useQueryClient()
  const update = useMutation({
    mutationFn: (change: ProjectUpdate) => updateProject(project.name, change),
    meta: { quiet: true },
    onSuccess: (saved) => {
      queries.setQueryData(projectQuery(project.name).queryKey, saved)
      void queries.invalidateQueries({ queryKey: usageQuery(project.name).queryKey })
      showToast('Saved.')
    },
  })
  const error = update.error instanceof ApiError ? update.error : null

  function save(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const budget = Number(data.get('budget'))
    update.mutate({
      proof_policy: data.get('policy') as string,
      budget_usd: budget > 0 ? budget : null,
      settings: {
        concurrency: Number(data.get('concurrency')),
        batch_size: Number(data.get('batch_size')),
        testing_ratio: Number(data.get('testing_ratio')),
      },
    })
  }

  return (
    <form onSubmit={save} className="grid gap-4">
      <PolicyChoice value={project.proof_policy} error={error?.field === 'proof_policy' ? error.message : null} />
      <CrewFields
        concurrency={project.settings.concurrency ?? 1}
        batchSize={project.settings.batch_size ?? 1}
        testingRatio={project.settings.testing_ratio ?? 0}
      />
      <Field label="Budget of a day in dollars" hint="Runs end when it is spent. Empty means no limit." error={error?.field === 'budget_usd' ? error.message : null}>
        {(control) => <Input {...control} name="budget" type="number" min={0} step={0.5} defaultValue={project.budget_usd ?? ''} />}
      </Field>
      {error && !error.field && (
        <p role="alert" className="text-sm font-semibold text-text-failing">
          {error.message}
        </p>
      )}
      <Button type="submit" tone="primary" busy={update.isPending} className="justify-self-end">
        Save
      </Button>
    </form>
  )
}
