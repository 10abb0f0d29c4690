/** The words and fills of every state. Status is never colour alone: each has a word, and an icon beside it in badge.tsx. */

export const RUN_WORDS = {
  idle: 'Not started',
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  stopped: 'Stopped',
  crashed: 'Crashed',
  parked: 'Parked',
  finished: 'Finished',
} as const

export type RunState = keyof typeof RUN_WORDS

export const RUN_FILLS: Record<RunState, string> = {
  idle: 'bg-pending',
  running: 'bg-progress',
  paused: 'bg-accent',
  stopping: 'bg-accent',
  stopped: 'bg-pending',
  crashed: 'bg-failing',
  parked: 'bg-parked',
  finished: 'bg-proven',
}

export const PROOFS = {
  proven: { word: 'Proven', fill: 'bg-proven', means: 'Its check failed before the change and passes after it.' },
  guarded: { word: 'Guarded', fill: 'bg-guarded', means: 'Its check passed before the change and passes after it: nothing broke, and nothing new is proven.' },
  green: { word: 'Green', fill: 'bg-green', means: 'Its check passes in a fresh place on a clean checkout; without the change it was not tried.' },
  unproven: { word: 'Unproven', fill: 'bg-unproven', means: 'Nobody checked: this is the agent’s or a person’s word.' },
} as const

export const STALE = 'The code it was proven on has changed since, and its check has not run again yet.'

export type ProofState = keyof typeof PROOFS

/** Whether agents are at it, so that stopping means something. */
export function isActive(status: RunState): boolean {
  return status === 'running' || status === 'paused' || status === 'stopping' || status === 'parked'
}
