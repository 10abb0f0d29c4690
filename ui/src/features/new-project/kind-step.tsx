import { AppWindow, Server } from 'lucide-react'

import type { ProjectKind } from '@/client/types'
import { cn } from '@/lib/cn'
import type { StepProps } from './step-props'

export const KINDS: { kind: ProjectKind; word: string; says: string; Icon: typeof Server }[] = [
  { kind: 'web_app', word: 'Web application', says: 'Something people use in a browser. Agents may use Node.js tools.', Icon: AppWindow },
  { kind: 'backend_api', word: 'Back-end API', says: 'A documented REST service with a database. Agents may use Python tools.', Icon: Server },
]

export function KindStep({ draft, change }: StepProps) {
  return (
    <fieldset className="grid gap-3 sm:grid-cols-2">
      <legend className="mb-1.5 text-sm font-semibold">What is to be built?</legend>
      {KINDS.map(({ kind, word, says, Icon }) => (
        <label
          key={kind}
          className={cn(
            'flex cursor-pointer flex-col gap-2 rounded-lg border-2 border-line bg-surface p-4 shadow-sm has-focus-visible:outline-3 has-focus-visible:outline-focus',
            draft.kind === kind && 'bg-accent text-on-fill shadow-md',
          )}
        >
          <span className="flex items-center gap-2.5 font-bold">
            <input type="radio" name="kind" checked={draft.kind === kind} onChange={() => change({ kind })} className="size-4 accent-on-fill" />
            <Icon size={20} aria-hidden />
            {word}
          </span>
          <span className="text-sm">{says}</span>
        </label>
      ))}
    </fieldset>
  )
}
