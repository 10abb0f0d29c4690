import type { SubmitEvent } from 'react'

import type { ApiError } from '@/client/http'
import type { FeatureCreate } from '@/client/types'
import { Button } from '@/components/button'
import { Field, Input, Textarea } from '@/components/field'

interface CardFormProps {
  initial?: FeatureCreate
  submit: string
  busy: boolean
  error: ApiError | null
  onSubmit: (card: FeatureCreate) => void
  onCancel: () => void
}

/** The words of a card. Steps are lines. */
export function CardForm({ initial, submit, busy, error, onSubmit, onCancel }: CardFormProps) {
  const problem = (field: string) => (error?.field === field ? error.message : null)
  const known = ['name', 'category', 'description', 'steps'].includes(error?.field ?? '')

  function send(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (name: string) => (data.get(name) as string).trim()
    const steps = text('steps')
      .split('\n')
      .map((step) => step.trim())
      .filter(Boolean)
    onSubmit({ name: text('name'), category: text('category'), description: text('description'), steps })
  }

  return (
    <form onSubmit={send} className="grid gap-4">
      <Field label="Name" error={problem('name')}>
        {(control) => <Input {...control} name="name" required maxLength={255} defaultValue={initial?.name} />}
      </Field>
      <Field label="Category" error={problem('category')}>
        {(control) => <Input {...control} name="category" required maxLength={100} defaultValue={initial?.category} />}
      </Field>
      <Field label="Description" error={problem('description')}>
        {(control) => <Textarea {...control} name="description" rows={4} defaultValue={initial?.description} />}
      </Field>
      <Field label="Steps to see that it works" hint="One a line, fifty at most." error={problem('steps')}>
        {(control) => <Textarea {...control} name="steps" rows={4} defaultValue={initial?.steps?.join('\n')} />}
      </Field>
      {error && !known && (
        <p role="alert" className="text-sm font-semibold text-text-failing">
          {error.message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" tone="primary" busy={busy}>
          {submit}
        </Button>
      </div>
    </form>
  )
}
