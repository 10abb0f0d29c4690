import { useMutation } from '@tanstack/react-query'
import { Hand } from 'lucide-react'
import type { SubmitEvent } from 'react'

import { answerFeature } from '@/client/commands'
import type { HumanField, HumanRequest } from '@/client/types'
import { Button } from '@/components/button'
import { Field, Input, Select, Textarea } from '@/components/field'
import { showToast } from '@/lib/toasts'
import { useProjectName } from '@/live/live-provider'

type Answers = Record<string, string | boolean>

/** What an agent asks, and the answer that lets it go on. */
export function AnswerForm({ id, request }: { id: number; request: HumanRequest }) {
  const project = useProjectName()
  const answer = useMutation({
    mutationFn: (answers: Answers) => answerFeature(project, id, answers),
    onSuccess: () => showToast(`Card #${id} goes back to the agents.`),
  })
  // Without questions of its own a request still takes a free answer.
  const free = !request.fields?.length
  const fields: HumanField[] = free ? [{ name: 'answer', label: 'Your answer' }] : (request.fields ?? [])

  function send(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const answers: Answers = {}
    for (const { name, kind } of fields) answers[name] = kind === 'boolean' ? data.get(name) === 'on' : (data.get(name) as string)
    answer.mutate(answers)
  }

  return (
    <section aria-label="Question for you" className="rounded-lg border-2 border-line bg-surface shadow-md">
      <p className="flex gap-2.5 border-b-2 border-line bg-needs px-3.5 py-2.5 font-medium text-on-fill">
        <Hand size={18} aria-hidden className="mt-0.5 shrink-0" />
        <span>
          {request.prompt}
          {request.asked_by && <span className="block text-sm font-normal">asked by {request.asked_by}</span>}
        </span>
      </p>
      <form onSubmit={send} className="grid gap-3 p-3.5">
        {fields.map((field) => (
          <Answer key={field.name} field={field} free={free} />
        ))}
        <Button type="submit" tone="primary" busy={answer.isPending} className="justify-self-end">
          Answer
        </Button>
      </form>
    </section>
  )
}

function Answer({ field, free }: { field: HumanField; free: boolean }) {
  const { name, kind = 'text', options = [], required = true } = field
  const label = field.label || name
  if (kind === 'boolean') {
    return (
      <label className="flex items-center gap-2.5 font-semibold">
        <input type="checkbox" name={name} className="size-5 accent-text-progress" />
        {label}
      </label>
    )
  }
  return (
    <Field label={label}>
      {(control) =>
        kind === 'choice' ? (
          <Select {...control} name={name} required={required}>
            {options.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </Select>
        ) : free ? (
          <Textarea {...control} name={name} rows={3} required={required} />
        ) : (
          <Input {...control} name={name} type={kind === 'secret' ? 'password' : 'text'} autoComplete="off" required={required} />
        )
      }
    </Field>
  )
}
