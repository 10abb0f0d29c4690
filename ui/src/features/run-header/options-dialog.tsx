import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'

import { modelsQuery } from '@/client/queries'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field, Input, Select } from '@/components/field'
import { readRunOptions, writeRunOptions } from './run-options'

const MOST_AGENTS = 8

interface OptionsDialogProps {
  project: string
  canStart: boolean
  onClose: () => void
  onStart: () => void
}

/** How the next run starts: how many agents, which model, how much money. */
export default function OptionsDialog({ project, canStart, onClose, onStart }: OptionsDialogProps) {
  const models = useQuery(modelsQuery())
  const [options] = useState(() => readRunOptions(project))

  function save(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const budget = Number(data.get('budget'))
    const model = data.get('model')
    writeRunOptions(project, {
      concurrency: Number(data.get('concurrency')),
      ...(typeof model === 'string' && model && { model }),
      ...(budget > 0 && { budget_usd: budget }),
    })
    onClose()
    if (event.nativeEvent.submitter?.getAttribute('value') === 'start') onStart()
  }

  return (
    <Dialog open onClose={onClose} title="Run options" description="For the next run of this project, from this browser.">
      <form onSubmit={save} className="grid gap-4 p-5">
        <Field label="Agents at the same time" hint="Each works in a clone of its own. More agents finish sooner and cost the same per card.">
          {(control) => (
            <Input {...control} name="concurrency" type="number" min={1} max={MOST_AGENTS} required defaultValue={options.concurrency ?? 1} />
          )}
        </Field>
        <Field label="Model">
          {(control) => (
            <Select {...control} name="model" key={models.data?.default} defaultValue={options.model ?? models.data?.default}>
              {models.data?.models.map((model) => (
                <option key={model.id} value={model.id}>
                  {model.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Budget of this run in dollars" hint="The run ends when it is spent. Leave it empty for no limit of its own.">
          {(control) => <Input {...control} name="budget" type="number" min={0.5} step={0.5} defaultValue={options.budget_usd ?? ''} />}
        </Field>
        <div className="flex flex-wrap justify-end gap-2">
          <Button type="submit" value="save">
            Save
          </Button>
          {canStart && (
            <Button type="submit" tone="go" value="start">
              Save and start
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  )
}
