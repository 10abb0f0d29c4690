import type { HumanRequest } from '@/client/types'
import { Section } from './details'
import { readQuestion } from './question'

/** What a person said last about the card: whoever works on it is told. */
export function Answered({ request }: { request: HumanRequest }) {
  const { words } = readQuestion(request.prompt)
  const labels = new Map(request.fields?.map(({ name, label }) => [name, label || name]))
  const answers = Object.entries(request.answers ?? {}).filter(([, answer]) => answer !== '' && answer !== null)
  return (
    <Section title="What a person said">
      <div className="grid gap-2 rounded-md border-2 border-line bg-surface px-3.5 py-2.5 text-sm shadow-sm">
        <p className="break-words whitespace-pre-wrap text-ink-soft">{words}</p>
        <dl className="grid gap-2">
          {answers.map(([name, answer]) => (
            <div key={name}>
              <dt className="font-semibold">{labels.get(name) ?? name}</dt>
              <dd className="break-words whitespace-pre-wrap">{said(answer)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Section>
  )
}

function said(answer: unknown): string {
  if (typeof answer === 'boolean') return answer ? 'Yes' : 'No'
  return typeof answer === 'string' ? answer : JSON.stringify(answer)
}
