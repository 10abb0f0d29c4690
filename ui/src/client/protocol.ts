/** The socket's frames. The events are the server's own: generated, like the REST shapes. */
import type { components } from './schema'
import type { Feature } from './types'

type Schemas = components['schemas']

/** On the socket every event has its time; one that does not come from the store has no `seq`. */
type Frame<T> = Omit<T, 'seq' | 'timestamp'> & { seq?: number; timestamp: string }

export type ProgressEvent = Frame<Schemas['StoredProgress']>
export type AgentStatusEvent = Frame<Schemas['StoredAgentStatus']>
export type LogEvent = Frame<Schemas['StoredLog']>
export type FeatureUpdateEvent = Frame<Omit<Schemas['StoredFeatureUpdate'], 'feature'>> & { feature?: Feature | null }
export type AgentUpdateEvent = Frame<Schemas['StoredAgentUpdate']>
export type SessionEvent = Frame<Schemas['StoredSessionEvent']>
export type VerificationEvent = Frame<Schemas['StoredVerification']>
export type UsageEvent = Frame<Schemas['StoredUsage']>
export type DevLogEvent = Frame<Schemas['StoredDevLog']>
export type DevServerStatusEvent = Frame<Schemas['StoredDevServerStatus']>

export type Level = NonNullable<LogEvent['level']>

/** What is told about the project: stored, ordered, folded into the live state. */
export type ProjectEvent =
  | ProgressEvent
  | AgentStatusEvent
  | LogEvent
  | FeatureUpdateEvent
  | AgentUpdateEvent
  | SessionEvent
  | VerificationEvent
  | UsageEvent
  | DevLogEvent
  | DevServerStatusEvent

/** What is told about the connection itself. */
export type ControlFrame =
  | { type: 'ready'; seq?: number }
  | { type: 'reset'; oldest: number; newest: number }
  | { type: 'pong' }

const KNOWN = new Set<string>([
  'progress',
  'agent_status',
  'log',
  'feature_update',
  'agent_update',
  'session',
  'verification',
  'usage',
  'dev_log',
  'dev_server_status',
  'ready',
  'reset',
  'pong',
])

/** The frames in one socket message, batches unpacked. What a newer server says that this app does not know is left out. */
export function decodeFrames(text: string): (ProjectEvent | ControlFrame)[] {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return []
  }
  return unpack(frame)
}

function unpack(frame: unknown): (ProjectEvent | ControlFrame)[] {
  if (typeof frame !== 'object' || frame === null) return []
  const { type, messages } = frame as { type?: unknown; messages?: unknown }
  if (type === 'batch' && Array.isArray(messages)) return messages.flatMap(unpack)
  return typeof type === 'string' && KNOWN.has(type) ? [frame as ProjectEvent | ControlFrame] : []
}
