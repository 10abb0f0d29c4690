import type { Draft } from './draft'

export interface StepProps {
  draft: Draft
  change: (change: Partial<Draft>) => void
  /** What keeps the step from being done. */
  problem: string | null
  importing: boolean
}
