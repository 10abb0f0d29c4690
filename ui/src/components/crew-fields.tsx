import { Field, Select } from './field'

const AGENTS = [1, 2, 3, 4, 5, 6, 7, 8]
const TESTS = ['Nobody', 'One session for each green card', 'Two sessions for each green card', 'Three sessions for each green card']

interface CrewFieldsProps {
  concurrency: number
  testingRatio: number
}

/** How many work, and how much is tried out besides. In a form they are `concurrency` and `testing_ratio`. */
export function CrewFields({ concurrency, testingRatio }: CrewFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Agents at the same time" hint="Each works in a clone of its own; what they finish is merged card by card.">
        {(control) => (
          <Select {...control} name="concurrency" defaultValue={concurrency}>
            {AGENTS.map((count) => (
              <option key={count}>{count}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Who tries out what is done" hint="Testers use the application like a person, and send back what broke. They cost tokens; checks run again without any.">
        {(control) => (
          <Select {...control} name="testing_ratio" defaultValue={testingRatio}>
            {TESTS.map((words, count) => (
              <option key={words} value={count}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
