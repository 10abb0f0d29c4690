import { useMutation } from '@tanstack/react-query'
import { Hand, TriangleAlert } from 'lucide-react'
import type { SubmitEvent } from 'react'

import { answerFeature } from '@/client/commands'
import type { HumanField, HumanRequest } from '@/client/types'
import { Button } from '@/components/button'
import { Field, Input, Select, Textarea } from '@/components/field'
import { showToast } from '@/lib/toasts'
import { useProjectName } from '@/live/live-provider'
import { Patch } from './patch'
import { readQuestion } from './question'

type Answers = Record<string, string | boolean>

/** What an agent asks, and the answer that lets it go on. */
export function AnswerForm({ id, request }: { id: number; request: HumanRequest }) {
  const project = useProjectName()
  const answer = useMutation({
    mutationFn: (answers: Answers) => answerFeature(project, id, answers),
    onSuccess: () => showToast(`Card #${id} goes back to the agents.`),
  })
  const { words, diff, cut } = readQuestion(request.prompt)
  // Without questions of its own a request still takes a free answer.
  const free = !request.fields?.length
  const fields: HumanField[] = free ? [{ name: 'answer', label: 'Your answer' }] : (request.fields ?? [])

  function send(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const answers: Answers = {}
    for (const { name, kind } of fields) answers[name] = kind === 'boolean' ? data.get(name) === 'yes' : (data.get(name) as string)
    answer.mutate(answers)
  }

  return (
    <section aria-label="Question for you" className="min-w-0 overflow-hidden rounded-lg border-2 border-line bg-surface shadow-md">
      <p className="flex gap-2.5 border-b-2 border-line bg-needs px-3.5 py-2.5 font-medium text-on-fill">
        <Hand size={18} aria-hidden className="mt-0.5 shrink-0" />
        <span className="min-w-0">
          <span className="block break-words whitespace-pre-wrap">{words}</span>
          {request.asked_by && <span className="block text-sm font-normal">asked by {request.asked_by}</span>}
        </span>
      </p>
      {diff && <Patch text={diff} label="The changes you are asked about" className="max-h-80 border-b-2" />}
      {cut && (
        <p className="flex gap-2 border-b-2 border-line bg-accent px-3.5 py-2 text-sm font-semibold text-on-fill">
          <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          There is more than is shown here. Look at all of it in the agent’s clone before you say yes.
        </p>
      )}
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
  const label = (field.label || name) + (required || kind === 'boolean' ? '' : ' (optional)')
  if (kind === 'boolean') return <YesOrNo name={name} label={label} />
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

/** Both answers are said; neither is given by leaving something as it was. */
function YesOrNo({ name, label }: { name: string; label: string }) {
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <legend className="mb-1.5 text-sm font-semibold">{label}</legend>
      {['Yes', 'No'].map((word) => (
        <label key={word} className="flex cursor-pointer items-center gap-2 rounded-md border-2 border-line px-3 py-1.5 text-sm font-semibold has-checked:bg-accent has-checked:text-on-fill">
          <input type="radio" required name={name} value={word.toLowerCase()} className="size-4 accent-on-fill" />
          {word}
        </label>
      ))}
    </fieldset>
  )
}
