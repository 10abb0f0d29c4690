import { Field, Select } from './field'

const AGENTS = [1, 2, 3, 4, 5, 6, 7, 8]
const TESTS = ['Nobody', 'One session for each green card', 'Two sessions for each green card', 'Three sessions for each green card']
const BATCHES = ['1, each with a fresh context', 'Up to 2', 'Up to 3', 'Up to 4', 'Up to 5']

interface CrewFieldsProps {
  concurrency: number
  batchSize: number
  testingRatio: number
}

/** How many work, on how much at a time, and how much is tried out besides. In a form: `concurrency`, `batch_size`, `testing_ratio`. */
export function CrewFields({ concurrency, batchSize, testingRatio }: CrewFieldsProps) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field label="Agents at the same time" hint="Each works in a clone of its own; what they finish is merged card by card.">
        {(control) => (
          <Select {...control} name="concurrency" defaultValue={concurrency}>
            {AGENTS.map((count) => (
              <option key={count}>{count}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Features per session" hint="A session whose card is green may go on with the next one when that is small. That saves starting anew; what was done before stays in its context.">
        {(control) => (
          <Select {...control} name="batch_size" defaultValue={batchSize}>
            {BATCHES.map((words, before) => (
              <option key={words} value={before + 1}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="sm:col-span-2">
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
    </div>
  )
}
