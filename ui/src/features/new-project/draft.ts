/** A project while it is being described. Kept in the browser, so that the wizard can be left and resumed. */
import type { ProjectKind } from '@/client/types'
import { readStored, writeStored } from '@/lib/stored'

export interface Draft {
  readonly step: StepKey
  readonly name: string
  /** Null until one was chosen or suggested. */
  readonly path: string | null
  readonly kind: ProjectKind
  readonly spec: string
}

export const STEPS = ['name', 'folder', 'kind', 'spec', 'review'] as const
export type StepKey = (typeof STEPS)[number]

export const STEP_WORDS: Record<StepKey, string> = {
  name: 'Name',
  folder: 'Folder',
  kind: 'Kind',
  spec: 'Specification',
  review: 'Review',
}

const EMPTY: Draft = { step: 'name', name: '', path: null, kind: 'web_app', spec: '' }
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/
export const SPEC_LIMIT = 2_000_000

const key = (importing: boolean) => (importing ? 'autocoder.import' : 'autocoder.new-project')

export const readDraft = (importing: boolean): Draft => readStored(key(importing), isDraft) ?? EMPTY
export const writeDraft = (importing: boolean, draft: Draft): void => writeStored(key(importing), draft)
export const dropDraft = (importing: boolean): void => writeStored(key(importing), null)

/** What is wrong with a step, in one sentence; null when it can be left behind. */
export function problemOf(step: StepKey, draft: Draft, importing: boolean): string | null {
  switch (step) {
    case 'name':
      return NAME.test(draft.name) ? null : 'A name starts with a letter or digit and has letters, digits, - and _ only, 50 at most.'
    case 'folder':
      return draft.path ? null : 'Choose a folder.'
    case 'spec':
      if (draft.spec.length > SPEC_LIMIT) return 'The specification is longer than two million characters.'
      return draft.spec.trim() || importing ? null : 'Write, paste or load a specification: the agents build what it says.'
    case 'kind':
    case 'review':
      return null
  }
}

/** The first step that still has a problem: how far one may go. */
export function furthest(draft: Draft, importing: boolean): number {
  const at = STEPS.findIndex((step) => problemOf(step, draft, importing))
  return at < 0 ? STEPS.length - 1 : at
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null) return false
  const { step, name, path, kind, spec } = value as Record<string, unknown>
  return (
    STEPS.includes(step as StepKey) &&
    typeof name === 'string' &&
    (path === null || typeof path === 'string') &&
    typeof spec === 'string' &&
    (kind === 'web_app' || kind === 'backend_api')
  )
}
