/** What the browser knows about one project while it is open. */
import type { Level } from '@/client/protocol'
import type { AgentState, BoardCard, Feature, FeatureStatus, Proof, Role, RunStatus } from '@/client/types'

export type ColumnKey = 'needs_input' | 'failing' | 'pending' | 'in_progress' | 'done'
export const COLUMN_KEYS: readonly ColumnKey[] = ['needs_input', 'failing', 'pending', 'in_progress', 'done']

export type Columns = Readonly<Record<ColumnKey, readonly number[]>>
export type Cards = ReadonlyMap<number, Card>

export interface Card {
  readonly id: number
  readonly priority: number
  readonly category: string
  readonly name: string
  readonly status: FeatureStatus
  readonly proof: Proof | null
  readonly stale: boolean
  readonly blocked: boolean
  readonly verifying: boolean
  /** The agent whose claim it is. */
  readonly owner: string | null
  readonly attempts: number
  /** When it came into this status: milliseconds since the epoch, null when nobody said. */
  readonly since: number | null
  /** Why it is here: the question an agent asked, or what went red. */
  readonly reason: string | null
}

export interface AgentTile {
  readonly agent: string
  readonly role: Role
  readonly state: AgentState
  readonly featureId: number | null
  readonly sessionId: number | null
  readonly tool: string | null
  readonly since: number | null
  /** The last few lines it printed, oldest first. */
  readonly lines: readonly string[]
}

export type EntryKind = 'log' | 'card' | 'check' | 'session' | 'run' | 'preview'

/** One row of the activity view. */
export interface Entry {
  readonly seq: number
  readonly timestamp: string
  readonly kind: EntryKind
  readonly level: Level
  readonly text: string
  readonly agent: string | null
  readonly featureId: number | null
  readonly tool: string | null
}

export interface Run {
  readonly status: RunStatus
  readonly reason: string | null
  readonly until: number | null
  readonly runId: number | null
}

export interface Live {
  /** The last stored event that is part of this state. */
  readonly lastSeq: number
  /** Whether the cards have been loaded. */
  readonly loaded: boolean
  readonly cards: Cards
  readonly columns: Columns
  /** The latest line about a card. */
  readonly lines: ReadonlyMap<number, string>
  readonly agents: ReadonlyMap<string, AgentTile>
  readonly run: Run
  readonly entries: readonly Entry[]
  /** The first stored event that has been read, whether or not it is shown as an entry. */
  readonly oldestRead: number | null
  /** Whether everything before it has been read. */
  readonly historyComplete: boolean
  /** Counts the usage events, so that totals are asked for again when it moves. */
  readonly usageTick: number
}

export const EMPTY: Live = {
  lastSeq: 0,
  loaded: false,
  cards: new Map(),
  columns: { needs_input: [], failing: [], pending: [], in_progress: [], done: [] },
  lines: new Map(),
  agents: new Map(),
  run: { status: 'idle', reason: null, until: null, runId: null },
  entries: [],
  oldestRead: null,
  historyComplete: false,
  usageTick: 0,
}

/** A card from the compact or the full view; `now` is when the change was told, if it was. */
export function toCard(view: BoardCard | Feature, before?: Card, now: number | null = null): Card {
  const moved = before?.status !== view.status || before.owner !== view.claimed_by
  return {
    id: view.id,
    priority: view.priority,
    category: view.category,
    name: view.name,
    status: view.status,
    proof: view.proof,
    stale: view.stale,
    blocked: view.blocked,
    verifying: view.verifying,
    owner: view.claimed_by,
    attempts: view.attempts,
    since: toMillis(view.since) ?? (moved ? now : before.since),
    reason: 'description' in view ? (view.human_request?.prompt ?? view.failing_reason) : (view.reason ?? null),
  }
}

export function toMillis(time: string | null | undefined): number | null {
  const millis = time ? Date.parse(time) : Number.NaN
  return Number.isNaN(millis) ? null : millis
}
