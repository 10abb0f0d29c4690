import { expect, it } from 'vitest'

import { createWorld } from '@/testing/mock-server/world'
import { seedBoard } from './apply-event'
import { countCards } from './counts'
import { EMPTY } from './model'

it('counts every card once, by what stands behind it', () => {
  const live = seedBoard(EMPTY, { seq: 1, features: [...createWorld().features.values()] })
  const counts = countCards(live.cards)
  const { done, inProgress, pending, failing, needsInput, total } = counts
  expect(done + inProgress + pending + failing + needsInput).toBe(total)
  expect(counts.proven + counts.guarded + counts.green + counts.unproven).toBe(done)
  expect(counts).toMatchObject({ total: 12, done: 5, inProgress: 2, failing: 1, needsInput: 1 })
  expect(countCards(live.cards)).toBe(counts)
})
