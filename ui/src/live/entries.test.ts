import { expect, it } from 'vitest'

import type { ProjectEvent } from '@/client/protocol'
import { toEntry } from './entries'

const base = { seq: 1, timestamp: '2026-01-01T10:00:00Z' }

it.each<[ProjectEvent, string]>([
  [{ ...base, type: 'log', line: 'npm test', level: 'info' }, 'npm test'],
  [{ ...base, type: 'feature_update', feature_id: 1, change: 'passed', actor: 'agent-1', note: 'checked' }, 'Done · checked · by agent-1'],
  [{ ...base, type: 'verification', verification_id: 1, feature_id: 1, state: 'broken', detail: 'no test ran' }, 'check is broken · no test ran'],
  [{ ...base, type: 'session', session_id: 1, run_id: 1, role: 'coder', state: 'finished', agent: 'agent-1', outcome: 'passed' }, 'coder session finished · passed'],
  [{ ...base, type: 'agent_status', status: 'parked', reason: 'Usage limit' }, 'run parked · Usage limit'],
  [{ ...base, type: 'dev_log', line: 'ready', level: 'info' }, 'ready'],
  [{ ...base, type: 'dev_server_status', status: 'running' }, 'preview running'],
])('says what happened in words', (event, text) => {
  expect(toEntry(event)?.text).toBe(text)
})

it('says nothing about what only moves counters, is empty, or comes from no store', () => {
  expect(toEntry({ ...base, type: 'usage', session_id: 1, run_id: 1, input_tokens: 1, output_tokens: 1, cost_usd: 0, estimated: false })).toBeNull()
  expect(toEntry({ type: 'log', timestamp: base.timestamp, line: 'x', level: 'info' })).toBeNull()
  expect(toEntry({ ...base, type: 'log', line: '  ', level: 'info' })).toBeNull()
})
