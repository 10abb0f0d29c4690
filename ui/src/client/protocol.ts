/** The socket's frames, field for field those of the server's typed events. */
import type { AgentState, Feature, Role, RunStatus } from './types'

export type Level = 'debug' | 'info' | 'warning' | 'error'

interface Stored {
  /** Missing on frames that do not come from the store. */
  seq?: number
  timestamp: string
}

export interface ProgressEvent extends Stored {
  type: 'progress'
  passing: number
  proven: number
  unproven: number
  in_progress: number
  total: number
  percentage: number
}

export interface AgentStatusEvent extends Stored {
  type: 'agent_status'
  status: RunStatus
  run_id?: number | null
  reason?: string | null
  until?: string | null
}

export interface LogEvent extends Stored {
  type: 'log'
  line: string
  level: Level
  origin?: 'agent' | 'tool' | 'result' | 'harness'
  tool?: string | null
  session_id?: number | null
  feature_id?: number | null
  agent?: string | null
}

export interface FeatureUpdateEvent extends Stored {
  type: 'feature_update'
  feature_id: number
  change: string
  actor: string
  feature?: Feature | null
  deleted?: boolean
  note?: string | null
}

export interface AgentUpdateEvent extends Stored {
  type: 'agent_update'
  agent: string
  role: Role
  state: AgentState
  feature_id?: number | null
  session_id?: number | null
  tool?: string | null
}

export interface SessionEvent extends Stored {
  type: 'session'
  session_id: number
  run_id: number
  role: Role
  state: 'started' | 'finished'
  agent: string
  feature_id?: number | null
  outcome?: string | null
  detail?: string | null
}

export interface VerificationEvent extends Stored {
  type: 'verification'
  verification_id: number
  feature_id: number
  state: 'queued' | 'running' | 'passed' | 'failed' | 'broken' | 'cancelled'
  detail?: string | null
  output?: string | null
}

export interface UsageEvent extends Stored {
  type: 'usage'
  session_id: number
  run_id: number
  feature_id?: number | null
  input_tokens: number
  output_tokens: number
  cost_usd: number
  estimated: boolean
}

export interface DevLogEvent extends Stored {
  type: 'dev_log'
  line: string
  level: Level
}

export interface DevServerStatusEvent extends Stored {
  type: 'dev_server_status'
  status: 'starting' | 'running' | 'stopped' | 'crashed'
  url?: string | null
  reason?: string | null
}

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

export type Frame = ProjectEvent | ControlFrame | { type: 'batch'; messages: Frame[] }

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
export function decodeFrames(text: string): Exclude<Frame, { type: 'batch' }>[] {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return []
  }
  return unpack(frame)
}

function unpack(frame: unknown): Exclude<Frame, { type: 'batch' }>[] {
  if (typeof frame !== 'object' || frame === null) return []
  const { type, messages } = frame as { type?: unknown; messages?: unknown }
  if (type === 'batch' && Array.isArray(messages)) return messages.flatMap(unpack)
  return typeof type === 'string' && KNOWN.has(type) ? [frame as Exclude<Frame, { type: 'batch' }>] : []
}
