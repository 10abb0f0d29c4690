import { useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'

import { modelsQuery, projectQuery } from '@/client/queries'
import { Button } from '@/components/button'
import { CrewFields } from '@/components/crew-fields'
import { Dialog, DialogActions } from '@/components/dialog'
import { Field, Input, Select } from '@/components/field'
import { Skeleton } from '@/components/surface'
import { readRunOptions, writeRunOptions } from './run-options'

interface OptionsDialogProps {
  project: string
  canStart: boolean
  onClose: () => void
  onStart: () => void
}

/** How the next run starts: how many agents, which model, how much money. */
export default function OptionsDialog({ project, canStart, onClose, onStart }: OptionsDialogProps) {
  const models = useQuery(modelsQuery())
  const settings = useQuery(projectQuery(project)).data?.settings
  const [options] = useState(() => readRunOptions(project))

  function save(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const budget = Number(data.get('budget'))
    const model = data.get('model')
    const concurrency = Number(data.get('concurrency') ?? options.concurrency)
    const batch = Number(data.get('batch_size') ?? options.batch_size)
    const testers = Number(data.get('testing_ratio') ?? options.testing_ratio)
    writeRunOptions(project, {
      ...(concurrency && concurrency !== settings?.concurrency && { concurrency }),
      ...(batch && batch !== settings?.batch_size && { batch_size: batch }),
      ...(!Number.isNaN(testers) && testers !== settings?.testing_ratio && { testing_ratio: testers }),
      ...(typeof model === 'string' && model && { model }),
      ...(budget > 0 && { budget_usd: budget }),
    })
    onClose()
    if (event.nativeEvent.submitter?.getAttribute('value') === 'start') onStart()
  }

  return (
    <Dialog open onClose={onClose} title="Run options" description="For the next runs started from this browser. What every run starts with is in the settings.">
      <form onSubmit={save} className="grid gap-4 p-5">
        {settings ? (
          <CrewFields
            concurrency={options.concurrency ?? settings.concurrency ?? 1}
            batchSize={options.batch_size ?? settings.batch_size ?? 1}
            testingRatio={options.testing_ratio ?? settings.testing_ratio ?? 0}
          />
        ) : (
          <Skeleton className="h-24" />
        )}
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
        <DialogActions>
          <Button type="submit" value="save">
            Save
          </Button>
          {canStart && (
            <Button type="submit" tone="go" value="start">
              Save and start
            </Button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  )
}
