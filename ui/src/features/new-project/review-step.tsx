import type { ReactNode } from 'react'

import { KINDS } from './kind-step'
import type { StepProps } from './step-props'

export function ReviewStep({ draft, importing }: StepProps) {
  const lines = draft.spec.trim().split('\n')
  return (
    <dl className="grid gap-4">
      <Fact name="Name">{draft.name}</Fact>
      <Fact name="Folder">
        <span className="font-mono text-sm">{draft.path}</span>
      </Fact>
      <Fact name="Kind">{KINDS.find(({ kind }) => kind === draft.kind)?.word}</Fact>
      <Fact name="Specification">
        {draft.spec.trim() ? (
          <pre className="mt-1 max-h-40 overflow-hidden rounded-md border-2 border-line bg-sunken p-3 font-mono text-xs whitespace-pre-wrap">
            {lines.slice(0, 8).join('\n')}
            {lines.length > 8 && `\n… ${lines.length - 8} more lines`}
          </pre>
        ) : (
          'None'
        )}
      </Fact>
      <p className="text-sm text-ink-soft">
        {importing
          ? 'Your branch, your uncommitted work and your hooks stay as they are: agents work in clones, and their work reaches you as commits.'
          : 'The first session writes the cards and takes several minutes. You can close the page; agents go on.'}
      </p>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs font-bold tracking-wide text-ink-soft uppercase">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}
