/** The live state is a fold over the socket's events: pure, exhaustive, one copy of what changed per batch. */
import type { AgentStatus, Board } from '@/client/types'
import type { AgentUpdateEvent, FeatureUpdateEvent, LogEvent, ProjectEvent, SessionEvent } from '@/client/protocol'
import { staysPut, toColumns, withCard, without } from './columns'
import { toEntry } from './entries'
import { type AgentTile, type Card, EMPTY, type Entry, type Live, toCard, toMillis } from './model'

/** How many rows of activity are kept; older ones can be read again from the server. */
export const KEPT_ENTRIES = 20_000
const TILE_LINES = 6

type Draft = { -readonly [K in keyof Live]: Live[K] }

export function applyEvent(live: Live, event: ProjectEvent): Live {
  return applyEvents(live, [event])
}

/** The state after `events`. What is already part of it (by `seq`) is left out, so a replay never doubles anything. */
export function applyEvents(live: Live, events: readonly ProjectEvent[]): Live {
  const draft: Draft = { ...live }
  const entries: Entry[] = []
  for (const event of events) {
    if (event.seq !== undefined) {
      if (event.seq <= draft.lastSeq) continue
      draft.lastSeq = event.seq
    }
    fold(draft, live, event)
    const entry = toEntry(event)
    if (entry) entries.push(entry)
  }
  if (entries.length) keep(draft, [...live.entries, ...entries])
  return draft
}

/** Past the limit the oldest rows go, and may be read again later. */
function keep(draft: Draft, entries: readonly Entry[]): void {
  draft.entries = entries.slice(-KEPT_ENTRIES)
  if (entries.length <= KEPT_ENTRIES) return
  draft.oldestRead = draft.entries[0]?.seq ?? null
  draft.historyComplete = false
}

function fold(draft: Draft, live: Live, event: ProjectEvent): void {
  switch (event.type) {
    case 'feature_update':
      return foldFeature(draft, live, event)
    case 'agent_status':
      draft.run = {
        status: event.status,
        reason: event.reason ?? null,
        until: toMillis(event.until),
        runId: event.run_id ?? draft.run.runId,
      }
      if (event.status !== 'running' && event.status !== 'stopping' && event.status !== 'paused') draft.agents = EMPTY.agents
      return
    case 'agent_update':
      return foldAgent(draft, live, event)
    case 'session':
      return foldSession(draft, live, event)
    case 'log':
      if (event.feature_id != null && isTelling(event)) ownLines(draft, live).set(event.feature_id, event.line)
      if (event.agent != null && event.line.trim()) say(draft, live, event.agent, event.line)
      return
    case 'verification': {
      const card = draft.cards.get(event.feature_id)
      const verifying = event.state === 'queued' || event.state === 'running'
      if (card && card.verifying !== verifying) ownCards(draft, live).set(card.id, { ...card, verifying })
      return
    }
    case 'usage':
      draft.usageTick += 1
      return
    case 'progress': // counted from the cards, so that the numbers and the board cannot disagree
    case 'dev_log':
    case 'dev_server_status':
      return
  }
}

function foldFeature(draft: Draft, live: Live, event: FeatureUpdateEvent): void {
  const before = draft.cards.get(event.feature_id)
  const after = event.deleted || !event.feature ? undefined : toCard(event.feature, before, toMillis(event.timestamp))
  if (!event.deleted && !after) return
  const cards = ownCards(draft, live)
  if (before && after && staysPut(before, after)) {
    cards.set(after.id, after)
    return
  }
  if (before) draft.columns = without(draft.columns, before)
  if (after) {
    cards.set(after.id, after)
    draft.columns = withCard(draft.columns, cards, after)
  } else {
    cards.delete(event.feature_id)
  }
}

function foldAgent(draft: Draft, live: Live, event: AgentUpdateEvent): void {
  const agents = ownAgents(draft, live)
  if (event.state === 'finished') {
    agents.delete(event.agent)
    return
  }
  const before = agents.get(event.agent)
  const sameTask = before?.featureId === (event.feature_id ?? null) && before.sessionId === (event.session_id ?? null)
  agents.set(event.agent, {
    agent: event.agent,
    role: event.role,
    state: event.state,
    featureId: event.feature_id ?? null,
    sessionId: event.session_id ?? null,
    tool: event.tool ?? null,
    since: sameTask ? before.since : toMillis(event.timestamp),
    lines: before?.lines ?? [],
  })
}

function foldSession(draft: Draft, live: Live, event: SessionEvent): void {
  const tile = draft.agents.get(event.agent)
  if (event.state === 'started' || tile?.sessionId !== event.session_id) return
  ownAgents(draft, live).set(event.agent, { ...tile, state: 'waiting', tool: null, featureId: null, sessionId: null })
}

function say(draft: Draft, live: Live, agent: string, line: string): void {
  const tile = draft.agents.get(agent)
  if (tile) ownAgents(draft, live).set(agent, { ...tile, lines: [...tile.lines, line].slice(-TILE_LINES) })
}

/** The state with the board's snapshot in it, whatever was there before. */
export function seedBoard(live: Live, board: Board): Live {
  const cards = new Map(board.features.map((view) => [view.id, toCard(view, live.cards.get(view.id))]))
  return { ...live, lastSeq: board.seq, loaded: true, cards, columns: toColumns(cards) }
}

/** The state with the run and its agents as the server sees them now. */
export function seedAgents(live: Live, status: AgentStatus): Live {
  const agents = new Map<string, AgentTile>()
  for (const view of status.agents ?? []) {
    agents.set(view.agent, {
      agent: view.agent,
      role: view.role,
      state: view.state,
      featureId: view.feature_id,
      sessionId: view.session_id,
      tool: view.tool,
      since: toMillis(view.since),
      lines: live.agents.get(view.agent)?.lines ?? [],
    })
  }
  const { reason = null, until, run_id: runId = null } = status
  return { ...live, agents, run: { status: status.status, reason, until: toMillis(until), runId } }
}

/** The state with older rows of activity before those it has; `complete` when there is nothing before them. */
export function prependHistory(live: Live, events: readonly ProjectEvent[], complete: boolean): Live {
  const first = live.entries[0]?.seq ?? Infinity
  const older = events.map(toEntry).filter((entry): entry is Entry => entry !== null && entry.seq < first)
  const oldestRead = events[0]?.seq ?? live.oldestRead
  const draft: Draft = { ...live, entries: [...older, ...live.entries], oldestRead, historyComplete: complete }
  if (live.oldestRead !== null) return draft
  // The first page also says what was last heard of each card and agent, where nothing newer has come in yet.
  for (const event of events) {
    if (event.type !== 'log') continue
    if (event.feature_id != null && isTelling(event) && !live.lines.has(event.feature_id)) ownLines(draft, live).set(event.feature_id, event.line)
    if (event.agent != null && !live.agents.get(event.agent)?.lines.length) say(draft, live, event.agent, event.line)
  }
  return draft
}

/** What an agent says and does tells more about a card than what a tool printed. */
const isTelling = (event: LogEvent): boolean => event.origin !== 'result' && event.line.trim() !== ''

const ownCards = (draft: Draft, live: Live) =>
  (draft.cards === live.cards ? (draft.cards = new Map(live.cards)) : draft.cards) as Map<number, Card>

const ownLines = (draft: Draft, live: Live) =>
  (draft.lines === live.lines ? (draft.lines = new Map(live.lines)) : draft.lines) as Map<number, string>

const ownAgents = (draft: Draft, live: Live) =>
  (draft.agents === live.agents ? (draft.agents = new Map(live.agents)) : draft.agents) as Map<string, AgentTile>
