import { describe, expect, it } from 'vitest'

import { seedBoard } from '@/live/apply-event'
import { EMPTY } from '@/live/model'
import { createWorld } from '@/testing/mock-server/world'
import { filterColumns, parseFilter } from './filter'

const live = seedBoard(EMPTY, { seq: 1, features: [...createWorld().features.values()] })
const found = (filter: Parameters<typeof filterColumns>[2]) =>
  Object.values(filterColumns(live.columns, live.cards, filter))
    .flat()
    .sort((a, b) => a - b)

describe('filterColumns', () => {
  it('gives the columns themselves when nothing is filtered', () => expect(filterColumns(live.columns, live.cards, {})).toBe(live.columns))

  it('finds every word somewhere in number, category and name', () => {
    expect(found({ q: 'RECIPE sharing' })).toEqual([10, 11])
    expect(found({ q: '#7' })).toEqual([7])
    expect(found({ q: '7' })).toContain(7)
    expect(found({ q: 'no such thing' })).toEqual([])
  })

  it('adds filters up', () => {
    expect(found({ category: 'Search' })).toEqual([6, 7])
    expect(found({ category: 'Search', agent: 'agent-2' })).toEqual([7])
    expect(found({ proof: 'proven' })).toEqual([3])
    expect(found({ proof: 'stale' })).toEqual([2])
  })
})

it('takes only words from the address', () => {
  expect(parseFilter({ q: 12, category: '', proof: ['x'], agent: 'agent-1', other: 'y' })).toEqual({ q: '12', agent: 'agent-1' })
})
