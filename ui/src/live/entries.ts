/** Which events a person reads in the activity view, and in what words. */
import type { ProjectEvent, VerificationEvent } from '@/client/protocol'
import { changeWords } from '@/lib/changes'
import type { Entry } from './model'

const VERDICTS: Record<VerificationEvent['state'], string> = {
  queued: 'check queued',
  running: 'check running',
  passed: 'check passed',
  failed: 'check failed',
  broken: 'check is broken',
  cancelled: 'check cancelled',
}

/** The row for an event; null for those that only move counters, and for empty lines. */
export function toEntry(event: ProjectEvent): Entry | null {
  if (event.seq === undefined) return null
  const base = { seq: event.seq, timestamp: event.timestamp, level: 'info' as const, agent: null, featureId: null, tool: null }
  switch (event.type) {
    case 'log':
      // An empty line spaces what a terminal prints; here it would be a row that says nothing.
      if (!event.line.trim()) return null
      return {
        ...base,
        kind: 'log',
        level: event.level ?? 'info',
        text: event.line,
        agent: event.agent ?? null,
        featureId: event.feature_id ?? null,
        tool: event.tool ?? null,
      }
    case 'feature_update':
      return { ...base, kind: 'card', text: sentence(changeWords(event.change), event.note, `by ${event.actor}`), featureId: event.feature_id }
    case 'verification':
      return {
        ...base,
        kind: 'check',
        level: event.state === 'failed' || event.state === 'broken' ? 'error' : 'info',
        text: sentence(VERDICTS[event.state], event.detail),
        featureId: event.feature_id,
      }
    case 'session':
      return {
        ...base,
        kind: 'session',
        text: sentence(`${event.role} session ${event.state}`, event.outcome, event.detail),
        agent: event.agent,
        featureId: event.feature_id ?? null,
      }
    case 'agent_status':
      return {
        ...base,
        kind: 'run',
        level: event.status === 'crashed' ? 'error' : 'info',
        text: sentence(`run ${event.status}`, event.reason),
      }
    case 'dev_log':
      return { ...base, kind: 'preview', level: event.level ?? 'info', text: event.line }
    case 'dev_server_status':
      return { ...base, kind: 'preview', text: sentence(`preview ${event.status}`, event.reason) }
    case 'progress':
    case 'agent_update':
    case 'usage':
      return null
  }
}

function sentence(...parts: (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(' · ')
}
