import { Field, Input } from '@/components/field'
import type { StepProps } from './step-props'

export function NameStep({ draft, change, problem, importing }: StepProps) {
  return (
    <Field
      label="Name of the project"
      hint={importing ? 'How it is called on the board; the folder keeps its own name.' : 'Short, as a folder would be called.'}
      error={draft.name && problem ? problem : null}
    >
      {(control) => (
        <Input
          {...control}
          value={draft.name}
          placeholder="recipe-box"
          autoComplete="off"
          spellCheck={false}
          maxLength={60}
          onChange={(event) => change({ name: event.target.value.trim() })}
        />
      )}
    </Field>
  )
}
