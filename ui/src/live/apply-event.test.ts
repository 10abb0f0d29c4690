import { describe, expect, it } from 'vitest'

import type { FeatureUpdateEvent, LogEvent, ProjectEvent } from '@/client/protocol'
import type { BoardCard, FeatureStatus } from '@/client/types'
import { inStatus, makeFeature } from '@/testing/mock-server/sample'
import { applyEvent, applyEvents, KEPT_ENTRIES, prependHistory, seedAgents, seedBoard } from './apply-event'
import { EMPTY, type Live } from './model'

const AT = '2026-01-01T10:00:00Z'
const LATER = '2026-01-01T10:05:00Z'
const feature = (id: number) => makeFeature(id - 1, 12)
const row = (id: number, more: Partial<BoardCard> = {}): BoardCard => ({ ...feature(id), ...more })
const seed = (features: BoardCard[], seq = 10): Live => seedBoard(EMPTY, { seq, features })
const log = (seq: number, more: Partial<LogEvent> = {}): LogEvent => ({ type: 'log', seq, timestamp: AT, line: `line ${seq}`, level: 'info', ...more })
const moved = (seq: number, id: number, status: FeatureStatus, at = AT): FeatureUpdateEvent => ({
  type: 'feature_update',
  seq,
  timestamp: at,
  feature_id: id,
  change: `moved to ${status}`,
  actor: 'agent-1',
  feature: { ...inStatus(feature(id), status, at), since: null },
})

describe('seedBoard', () => {
  it('puts every card into its column, pending by priority', () => {
    const live = seed([row(1, { priority: 5 }), row(2, { priority: 1 }), row(3, { status: 'passing', proof: 'green' })])
    expect(live.columns.pending).toEqual([2, 1])
    expect(live.columns.done).toEqual([3])
    expect(live.lastSeq).toBe(10)
  })

  it('shows what was done last first', () => {
    const done = { status: 'passing', proof: 'green' } as const
    const live = seed([row(1, { ...done, since: AT }), row(2, { ...done, since: LATER })])
    expect(live.columns.done).toEqual([2, 1])
  })
})

describe('applyEvents', () => {
  it('leaves out what the state already contains', () => {
    const live = seed([row(1)])
    expect(applyEvent(live, moved(10, 1, 'passing')).columns.pending).toEqual([1])
    expect(applyEvent(live, moved(11, 1, 'passing')).columns.done).toEqual([1])
  })

  it('gives the same state whether events come one by one, together, or twice', () => {
    const events: ProjectEvent[] = [moved(11, 1, 'in_progress'), log(12, { feature_id: 1 }), moved(13, 1, 'passing', LATER), moved(14, 2, 'failing')]
    const start = seed([row(1), row(2), row(3)])
    const together = applyEvents(start, events)
    expect(events.reduce(applyEvent, start)).toEqual(together)
    expect(applyEvents(together, events)).toEqual(together)
  })

  it('never changes the state it was given', () => {
    const start = seed([row(1), row(2)])
    const copy = structuredClone(start)
    applyEvents(start, [moved(11, 1, 'passing'), log(12, { feature_id: 2, agent: 'agent-1' })])
    expect(start).toEqual(copy)
  })

  it('takes the time of the event as the moment when a card changed its status', () => {
    const live = applyEvent(seed([row(1)]), moved(11, 1, 'in_progress', LATER))
    expect(live.cards.get(1)?.since).toBe(Date.parse(LATER))
    const edited = applyEvent(live, { ...moved(12, 1, 'in_progress', AT), change: 'edited' })
    expect(edited.cards.get(1)?.since).toBe(Date.parse(LATER))
  })

  it('keeps the array of a column in which nothing moves', () => {
    const live = seed([row(1), row(2)])
    const after = applyEvent(live, { ...moved(11, 1, 'pending'), change: 'edited' })
    expect(after.columns.pending).toBe(live.columns.pending)
    expect(after.cards.get(1)).not.toBe(live.cards.get(1))
  })

  it('adds a card that is new and takes out one that was deleted', () => {
    const live = applyEvent(seed([row(1)]), moved(11, 4, 'pending'))
    expect(live.columns.pending).toEqual([1, 4])
    const gone: FeatureUpdateEvent = { type: 'feature_update', seq: 12, timestamp: AT, feature_id: 1, change: 'deleted', actor: 'person', deleted: true }
    const after = applyEvent(live, gone)
    expect(after.columns.pending).toEqual([4])
    expect(after.cards.has(1)).toBe(false)
  })

  it('leaves the cards alone when an update carries no card', () => {
    const live = seed([row(1)])
    const noted = applyEvent(live, { ...moved(11, 1, 'passing'), feature: null })
    expect(noted.cards).toBe(live.cards)
    expect(noted.entries).toHaveLength(1)
  })

  it('remembers the latest line of each card', () => {
    const live = applyEvents(seed([row(1)]), [log(11, { feature_id: 1 }), log(12, { feature_id: 1 })])
    expect(live.lines.get(1)).toBe('line 12')
  })

  it('takes what a tool printed for no news about a card', () => {
    const live = applyEvents(seed([row(1)]), [log(11, { feature_id: 1 }), log(12, { feature_id: 1, origin: 'result' })])
    expect(live.lines.get(1)).toBe('line 11')
  })

  it('shows a card as being checked from queue to verdict', () => {
    const check = (seq: number, state: 'queued' | 'passed') => ({ type: 'verification', seq, timestamp: AT, verification_id: 1, feature_id: 1, state }) as const
    const checking = applyEvent(seed([row(1)]), check(11, 'queued'))
    expect(checking.cards.get(1)?.verifying).toBe(true)
    expect(applyEvent(checking, check(12, 'passed')).cards.get(1)?.verifying).toBe(false)
  })

  it('keeps only so many rows of activity, and knows that there are older ones', () => {
    const many = Array.from({ length: KEPT_ENTRIES + 5 }, (_, i) => log(i + 11))
    const live = applyEvents({ ...seed([]), historyComplete: true }, many)
    expect(live.entries).toHaveLength(KEPT_ENTRIES)
    expect(live.oldestRead).toBe(16)
    expect(live.historyComplete).toBe(false)
  })
})

describe('agents', () => {
  const working = (seq: number, more: object = {}) =>
    ({ type: 'agent_update', seq, timestamp: AT, agent: 'agent-1', role: 'coder', state: 'working', feature_id: 1, session_id: 7, ...more }) as const

  it('keep their last six lines', () => {
    const lines = Array.from({ length: 8 }, (_, i) => log(12 + i, { agent: 'agent-1' }))
    const live = applyEvents(seed([]), [working(11), ...lines])
    expect(live.agents.get('agent-1')?.lines).toEqual(['line 14', 'line 15', 'line 16', 'line 17', 'line 18', 'line 19'])
  })

  it('count their time from when they took the card', () => {
    const live = applyEvents(seed([]), [working(11), working(12, { timestamp: LATER, tool: 'Bash' })])
    expect(live.agents.get('agent-1')).toMatchObject({ since: Date.parse(AT), tool: 'Bash' })
    expect(applyEvent(live, working(13, { timestamp: LATER, feature_id: 2 })).agents.get('agent-1')?.since).toBe(Date.parse(LATER))
  })

  it('leave when they finish, and all of them when the run ends', () => {
    const live = applyEvents(seed([]), [working(11), working(12, { agent: 'agent-2' })])
    expect([...applyEvent(live, working(13, { state: 'finished' })).agents.keys()]).toEqual(['agent-2'])
    const parked = applyEvent(live, { type: 'agent_status', seq: 13, timestamp: AT, status: 'parked', reason: 'limit', until: LATER })
    expect(parked.agents.size).toBe(0)
    expect(parked.run).toMatchObject({ status: 'parked', reason: 'limit', until: Date.parse(LATER) })
  })

  it('wait between two sessions', () => {
    const ended = { type: 'session', seq: 12, timestamp: AT, session_id: 7, run_id: 1, role: 'coder', state: 'finished', agent: 'agent-1' } as const
    expect(applyEvents(seed([]), [working(11), ended]).agents.get('agent-1')).toMatchObject({ state: 'waiting', featureId: null })
  })

  it('come from the snapshot with what was heard of them before', () => {
    const live = applyEvents(seed([]), [working(11), log(12, { agent: 'agent-1' })])
    const view = { agent: 'agent-1', role: 'coder', state: 'verifying', feature_id: 3, feature_ids: [3] as number[], session_id: 8, tool: null, since: AT, input_tokens: 1, output_tokens: 1, cost_usd: 0, estimated: false } as const
    const after = seedAgents(live, { status: 'running', agents: [view] })
    expect(after.agents.get('agent-1')).toMatchObject({ state: 'verifying', featureId: 3, lines: ['line 12'] })
  })
})

describe('prependHistory', () => {
  it('puts older rows before those it has, none twice', () => {
    const live = applyEvents(seed([]), [log(11), log(12)])
    const after = prependHistory(live, [log(9), log(10), log(11)], false)
    expect(after.entries.map(({ seq }) => seq)).toEqual([9, 10, 11, 12])
    expect(after).toMatchObject({ oldestRead: 9, historyComplete: false })
  })

  it('tells the last line of cards that were not heard of since', () => {
    const live = applyEvents(seed([row(1), row(2)]), [log(11, { feature_id: 1 })])
    const after = prependHistory(live, [log(8, { feature_id: 1 }), log(9, { feature_id: 2 })], true)
    expect(after.lines.get(1)).toBe('line 11')
    expect(after.lines.get(2)).toBe('line 9')
  })
})
