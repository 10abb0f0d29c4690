/** The mock's one truth: projects, cards and the event log, changed only through `emit`. */
import type { ProjectEvent } from '@/client/protocol'
import type { AgentStatus, AgentView, Feature, Project, RunStatus, SetupStatus } from '@/client/types'
import { inStatus, makeFeature } from './sample'

export type Scenario = 'running' | 'parked' | 'crashed' | 'idle' | 'done' | 'empty'

export interface WorldOptions {
  cards?: number
  scenario?: Scenario
  /** How many are at work, at most one for each six cards. */
  agents?: number
  /** Names as long as they come. */
  long?: boolean
  /** The moment the world is built around, in milliseconds. */
  now?: number
}

export interface World {
  project: Project
  features: Map<number, Feature>
  deleted: Map<number, Feature>
  agents: Map<string, AgentView>
  run: Omit<AgentStatus, 'agents'>
  setup: SetupStatus
  spent: number
  /** Whether the dollars of what goes on are a guess so far. */
  estimated: boolean
  events: (ProjectEvent & { seq: number })[]
  listeners: Set<(event: ProjectEvent & { seq: number }) => void>
}

const LONG = 'Internationalisation of every confirmation, reminder and cancellation message, including Donaudampfschifffahrtsgesellschaftskapitän, for all of the languages that the accounting department has asked for'

export function createWorld({ cards = 12, scenario = 'running', agents = 3, long = false, now = Date.now() }: WorldOptions = {}): World {
  const count = scenario === 'empty' ? 0 : cards
  const features = new Map<number, Feature>()
  for (let i = 0; i < count; i++) {
    const feature = makeFeature(i, count)
    if (long) Object.assign(feature, { name: LONG, category: 'Communication with customers and suppliers' })
    features.set(i + 1, place(feature, i, { count, scenario, agents, now }))
  }
  const world: World = {
    project: makeProject(scenario, now),
    features,
    deleted: new Map(),
    agents: new Map(),
    run: runOf(scenario, now),
    setup: { ready: true, demo: false, version: '0.1.0', checks: [] },
    estimated: false,
    spent: scenario === 'empty' ? 0 : 3.42,
    events: [],
    listeners: new Set(),
  }
  if (scenario === 'running') for (const feature of features.values()) if (feature.claimed_by) hire(world, feature, now)
  return world
}

/** Appends to the event log and tells the open sockets. */
export function emit(world: World, event: ProjectEvent): void {
  const stored = { ...event, seq: (world.events.at(-1)?.seq ?? 0) + 1 }
  world.events.push(stored)
  if (world.events.length > 50_000) world.events.splice(0, 10_000)
  for (const listener of world.listeners) listener(stored)
}

export function setFeature(world: World, feature: Feature, change: string, actor = 'agent-1'): void {
  world.features.set(feature.id, feature)
  const timestamp = new Date().toISOString()
  emit(world, { type: 'feature_update', timestamp, feature_id: feature.id, change, actor, feature })
}

export function setRun(world: World, status: RunStatus, reason: string | null = null): void {
  world.run = { ...world.run, status, reason, until: null }
  if (status !== 'running' && status !== 'paused') world.agents.clear()
  emit(world, { type: 'agent_status', timestamp: new Date().toISOString(), status: status === 'idle' ? 'stopped' : status, reason, run_id: 7 })
}

/** The project as the list shows it: counted, never stored. */
export function projectView(world: World): Project {
  const all = [...world.features.values()]
  const count = (wanted: (feature: Feature) => boolean) => all.filter(wanted).length
  const passing = count((feature) => feature.passes)
  return {
    ...world.project,
    status: world.run.status,
    status_reason: world.run.reason ?? null,
    status_until: world.run.until ?? null,
    cost_today_usd: world.spent,
    needs_input: count(({ status }) => status === 'needs_input'),
    failing: count(({ status }) => status === 'failing'),
    progress: {
      passing,
      proven: count(({ proof }) => proof === 'proven'),
      unproven: count(({ proof }) => proof === 'unproven'),
      in_progress: count(({ status }) => status === 'in_progress'),
      total: all.length,
      percentage: all.length ? Math.round((passing / all.length) * 1000) / 10 : 0,
    },
  }
}

interface Plot {
  count: number
  scenario: Scenario
  agents: number
  now: number
}

function place(feature: Feature, i: number, { count, scenario, agents, now }: Plot): Feature {
  const at = (minutes: number) => new Date(now - minutes * 60_000).toISOString()
  const done = Math.round(count * (scenario === 'done' ? 1 : scenario === 'idle' ? 0 : 0.42))
  if (i < done) {
    const proof = i % 7 === 6 ? 'unproven' : i % 4 === 3 ? 'guarded' : i % 3 === 2 ? 'proven' : 'green'
    return inStatus(feature, 'passing', at(9 * (done - i)), { proof, stale: i % 11 === 1 })
  }
  if (scenario === 'idle' || scenario === 'done') return feature
  if (scenario === 'running' && i < done + Math.min(agents, Math.ceil(count / 6))) {
    return inStatus(feature, 'in_progress', at(4 + i - done), { claimed_by: `agent-${i - done + 1}`, attempts: i === done + 2 ? 2 : 1, verifying: i === done + 1 })
  }
  if (i === count - 1)
    return inStatus(feature, 'needs_input', at(23), {
      human_request: {
        prompt: 'Which mail server may the application use to send the shopping list?',
        asked_by: 'agent-2',
        answers: null,
        fields: [
          { name: 'host', label: 'SMTP host', kind: 'text', options: [], required: true },
          { name: 'password', label: 'Password', kind: 'secret', options: [], required: true },
        ],
      },
    })
  if (i === count - 2) return inStatus(feature, 'failing', at(12), { failing_reason: 'Broken by #5 “Edit and delete a recipe” (9f2c41e7): the print view shows the buttons again.', attempts: 2 })
  return { ...feature, blocked: feature.blocked && feature.dependencies.some((id) => id > done) }
}

function makeProject(scenario: Scenario, now: number): Project {
  return {
    name: 'recipe-box',
    path: '/home/you/projects/recipe-box',
    kind: 'web_app',
    created_at: new Date(now - 86_400_000).toISOString(),
    created_by_us: true,
    settings: { concurrency: 1, batch_size: 1, testing_ratio: 0 },
    problem: null,
    status: 'idle',
    status_reason: null,
    status_until: null,
    progress: { passing: 0, proven: 0, unproven: 0, in_progress: 0, total: 0, percentage: 0 },
    needs_input: 0,
    failing: 0,
    cost_today_usd: 0,
    cost_estimated: false,
    last_activity_at: scenario === 'empty' ? null : new Date(now - 20_000).toISOString(),
    proof_policy: 'proven',
    budget_usd: 10,
  }
}

function runOf(scenario: Scenario, now: number): Omit<AgentStatus, 'agents'> {
  const until = new Date(now + 4_320_000).toISOString()
  const base = { run_id: 7, started_at: new Date(now - 3_900_000).toISOString(), concurrency: 3, model: 'claude-sonnet-4-5', until: null, reason: null }
  if (scenario === 'parked') return { ...base, status: 'parked', reason: 'Usage limit of the account reached', until }
  if (scenario === 'crashed') return { ...base, status: 'crashed', reason: 'The agent process ended unexpectedly (exit 137): it was killed, perhaps for want of memory. Start it again; finished work is kept.' }
  if (scenario === 'done') return { ...base, status: 'finished', reason: 'Every card is done' }
  return { ...base, status: scenario === 'running' ? 'running' : 'idle' }
}

function hire(world: World, feature: Feature, now: number): void {
  const agent = feature.claimed_by ?? 'agent-1'
  world.agents.set(agent, {
    agent,
    role: 'coder',
    state: feature.verifying ? 'verifying' : 'working',
    feature_id: feature.id,
    feature_ids: [feature.id],
    session_id: 40 + world.agents.size,
    tool: 'Edit',
    since: feature.since ?? new Date(now).toISOString(),
    input_tokens: 48_200,
    output_tokens: 6_100,
    cost_usd: 0.31,
    estimated: world.estimated,
  })
}
