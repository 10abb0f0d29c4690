import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SubmitEvent } from 'react'

import { updateProject } from '@/client/commands'
import { ApiError } from '@/client/http'
import { projectQuery, usageQuery } from '@/client/queries'
import type { Project, ProjectUpdate } from '@/client/types'
import { Button } from '@/components/button'
import { Field, Input, Select } from '@/components/field'
import { showToast } from '@/lib/toasts'

/** What green means in this project, and what it may cost. */
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
    update.mutate({ proof_policy: data.get('policy') as string, budget_usd: budget > 0 ? budget : null })
  }

  return (
    <form onSubmit={save} className="grid gap-4">
      <Field
        label="What turns a card green"
        hint="Applies to checks from now on; cards keep the proof they have."
        error={error?.field === 'proof_policy' ? error.message : null}
      >
        {(control) => (
          <Select {...control} name="policy" defaultValue={project.proof_policy}>
            <option value="proven">Proof: its check fails without the work and passes with it</option>
            <option value="green">Only the second half: its check passes with the work</option>
            <option value="off">The agent’s word (cards are marked unproven)</option>
          </Select>
        )}
      </Field>
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
