/** The REST surface over a mock world, for tests and for working on the app without a server. */
import { http, HttpResponse, type RequestHandler } from 'msw'

import type { AgentStart, BoardCard, Feature, FeatureCreate, FeatureUpdate, HumanRequest, Project, ProjectCreate, RunStatus, UsageTotals } from '@/client/types'
import { folderHandlers } from './folders'
import { inStatus, makeFeature, PATCH } from './sample'
import { emit, projectView, setFeature, setRun, type World } from './world'

const P = '*/api/projects/:project'
const stamp = () => new Date().toISOString()
const refuse = (status: number, error: string, detail: string, field?: string) =>
  HttpResponse.json({ error, detail, ...(field && { field }) }, { status })

export function createHandlers(world: World): RequestHandler[] {
  return [...projectHandlers(world), ...featureHandlers(world), ...agentHandlers(world), ...folderHandlers()]
}

function projectHandlers(world: World): RequestHandler[] {
  const extra: Project[] = []
  return [
    http.get('*/api/setup/status', () => HttpResponse.json(world.setup)),
    http.get('*/api/projects', () => HttpResponse.json(world.features.size || extra.length ? [projectView(world), ...extra] : [])),
    http.post<never, ProjectCreate>('*/api/projects', async ({ request }) => {
      const { name, path, kind = 'web_app' } = await request.json()
      if (name === world.project.name) return refuse(409, 'conflict', `A project named ${name} exists; choose another name.`, 'name')
      world.project = { ...world.project, name, path, kind }
      world.features.clear()
      return HttpResponse.json(projectView(world), { status: 201 })
    }),
    http.get<{ project: string }>(P, ({ params }) =>
      params.project === world.project.name ? HttpResponse.json(projectView(world)) : refuse(404, 'not_found', `There is no project named ${params.project}.`),
    ),
    http.patch<never, Partial<Project>>(P, async ({ request }) => {
      world.project = { ...world.project, ...(await request.json()) }
      return HttpResponse.json(projectView(world))
    }),
    http.delete(P, () => new HttpResponse(null, { status: 204 })),
    http.post(`${P}/import`, () => HttpResponse.json({})),
    http.get(`${P}/prompts`, () =>
      HttpResponse.json({ app_spec: '# Recipe box\n\nA place for the recipes of a family.', initializer_prompt: '…', coding_prompt: '…' }),
    ),
    http.put(`${P}/prompts`, async ({ request }) => HttpResponse.json(await request.json())),
    http.get(`${P}/usage`, () =>
      HttpResponse.json({ today_usd: world.spent, today_estimated: world.estimated, total_usd: world.spent + 8.1, budget_usd: world.project.budget_usd, estimated: world.estimated, input_tokens: 412_000, output_tokens: 58_000 }),
    ),
    http.get('*/api/settings/models', () =>
      HttpResponse.json({
        default: 'claude-sonnet-4-5',
        models: [
          { id: 'claude-sonnet-4-5', name: 'Claude Sonnet 4.5' },
          { id: 'claude-opus-4-5', name: 'Claude Opus 4.5' },
          { id: 'claude-haiku-4-5', name: 'Claude Haiku 4.5' },
        ],
      }),
    ),
  ]
}

type Id = Record<'project' | 'id', string>

function featureHandlers(world: World): RequestHandler[] {
  const find = (id: unknown) => world.features.get(Number(id))
  const missing = (id: unknown) => refuse(404, 'not_found', `There is no card #${String(id)}.`)
  return [
    http.get<{ project: string }>(`${P}/features`, ({ params }) => params.project !== world.project.name ? refuse(404, 'not_found', `There is no project named ${params.project}.`) : HttpResponse.json({ seq: world.events.at(-1)?.seq ?? 0, features: [...world.features.values()].map(toRow) })),
    http.post<never, FeatureCreate>(`${P}/features`, async ({ request }) => {
      const id = Math.max(0, ...world.features.keys()) + 1
      const feature: Feature = { ...makeFeature(id - 1, 99), dependencies: [], blocked: false, ...(await request.json()) }
      setFeature(world, feature, 'created', 'person')
      return HttpResponse.json(feature, { status: 201 })
    }),
    http.get<Id>(`${P}/features/:id`, ({ params }) => (find(params.id) ? HttpResponse.json(find(params.id)) : missing(params.id))),
    http.patch<Id, FeatureUpdate>(`${P}/features/:id`, async ({ params, request }) => {
      const feature = find(params.id)
      if (!feature) return missing(params.id)
      const change = await request.json()
      const { status, reason, ...rest } = change
      const edited: Feature = Object.assign({}, feature, rest)
      const moved = status && inStatus(edited, status, stamp(), status === 'passing' ? { proof: 'unproven' } : { failing_reason: reason ?? null })
      setFeature(world, moved ?? edited, moved ? status : 'edited', 'person')
      return HttpResponse.json(find(params.id))
    }),
    http.delete<Id>(`${P}/features/:id`, ({ params }) => {
      const id = Number(params.id)
      const feature = find(id)
      if (!feature) return missing(id)
      world.features.delete(id)
      world.deleted.set(id, feature)
      emit(world, { type: 'feature_update', timestamp: stamp(), feature_id: id, change: 'deleted', actor: 'person', deleted: true })
      return new HttpResponse(null, { status: 204 })
    }),
    http.post<Id>(`${P}/features/:id/restore`, ({ params }) => {
      const feature = world.deleted.get(Number(params.id))
      if (!feature) return missing(params.id)
      setFeature(world, feature, 'restored', 'person')
      return HttpResponse.json(feature)
    }),
    http.patch<Id>(`${P}/features/:id/skip`, ({ params }) => {
      const feature = find(params.id)
      if (!feature) return missing(params.id)
      setFeature(world, { ...feature, priority: feature.priority + world.features.size }, 'skipped', 'person')
      return HttpResponse.json(find(params.id))
    }),
    http.get<Id>(`${P}/features/:id/undo`, () =>
      HttpResponse.json({ commits: ['9f2c41e7b0d3'], stale: SHAKEN.map((id) => ({ id, name: find(String(id))?.name ?? '' })), obstacle: null }),
    ),
    http.post<Id, { reason: string }>(`${P}/features/:id/undo`, async ({ params, request }) => {
      const feature = find(params.id)
      if (!feature) return missing(params.id)
      const { reason } = await request.json()
      setFeature(world, inStatus(feature, 'pending', stamp(), { last_receipt: null, human_request: reason ? takenBack(reason) : null }), 'undone', 'person')
      return HttpResponse.json({ feature: find(params.id), commit: '51c0ffee9f2c41e7', reverted: ['9f2c41e7b0d3'], stale: SHAKEN, note: null })
    }),
    http.post<Id>(`${P}/features/:id/verify`, ({ params }) => HttpResponse.json({ verification_id: Number(params.id) })),
    http.post<Id>(`${P}/features/:id/resolve-human-input`, ({ params }) => {
      const feature = find(params.id)
      if (!feature) return missing(params.id)
      setFeature(world, inStatus(feature, 'pending', stamp()), 'answered', 'person')
      return HttpResponse.json(find(params.id))
    }),
    http.get<Id>(`${P}/features/:id/receipts`, ({ params }) => HttpResponse.json(receipts(find(params.id)))),
    http.get<Id>(`${P}/features/:id/usage`, ({ params }) => HttpResponse.json(totalsOf(world, find(params.id)))),
    http.get<Id>(`${P}/features/:id/diff`, ({ params }) => HttpResponse.json({ changes: find(params.id)?.passes ? [{ commit: '9f2c41e7b0d3', patch: PATCH, truncated: false }] : [] })),
    http.get<Id>(`${P}/features/:id/timeline`, ({ params }) => HttpResponse.json(timeline(find(params.id)))),
    http.get(`${P}/events`, ({ request }) => {
      const query = new URL(request.url).searchParams
      const before = Number(query.get('before') ?? Infinity)
      const featureId = query.get('feature_id')
      const events = world.events.filter(
        (event) => event.seq < before && (!featureId || ('feature_id' in event && event.feature_id === Number(featureId))),
      )
      return HttpResponse.json({ events: events.slice(-Number(query.get('limit') ?? 200)) })
    }),
  ]
}

/** What a card has cost: that of the session it is in, estimated while it goes on. */
function totalsOf(world: World, feature: Feature | undefined): UsageTotals {
  const sessions = feature && feature.status !== 'pending' ? 1 : 0
  const open = feature?.status === 'in_progress'
  return {
    sessions,
    cost_usd: sessions * 0.31,
    reserved_usd: 0,
    estimated: open && world.estimated,
    input_tokens: sessions * 200,
    output_tokens: sessions * 6_100,
    cache_read_tokens: sessions * 41_000,
    cache_write_tokens: sessions * 7_000,
  }
}

function agentHandlers(world: World): RequestHandler[] {
  const status = () => HttpResponse.json({ ...world.run, agents: [...world.agents.values()] })
  const after: Record<string, RunStatus> = { stop: 'stopped', pause: 'paused', resume: 'running' }
  return [
    http.get(`${P}/agent/status`, status),
    http.post<never, AgentStart>(`${P}/agent/start`, async ({ request }) => {
      const { concurrency = 1, model = 'claude-sonnet-4-5' } = await request.json()
      world.run = { ...world.run, concurrency, model }
      setRun(world, 'running')
      return status()
    }),
    http.post<{ project: string; command: string }>(`${P}/agent/:command`, ({ params }) => {
      setRun(world, after[params.command] ?? 'stopped', params.command === 'stop' ? 'Stopped by you' : null)
      return status()
    }),
  ]
}

/** The cards that every undo makes stale here. */
const SHAKEN = [4, 5]

function takenBack(reason: string): HumanRequest {
  const fields = [{ name: 'reason', label: 'What should be different', kind: 'text', options: [], required: true }]
  return { prompt: 'The work for this feature was taken back.', asked_by: 'person', fields, answers: { reason } }
}

function toRow(feature: Feature): BoardCard {
  const { id, priority, category, name, status, proof, stale, blocked, verifying, claimed_by, attempts, moved_by, since = null } = feature
  const reason = feature.human_request?.prompt ?? feature.failing_reason
  return { id, priority, category, name, status, proof, stale, blocked, verifying, claimed_by, attempts, moved_by, since, reason }
}

const GREEN = ' ✓ tests/recipes.test.ts (14 tests) 2104ms\n\n Test Files  1 passed (1)\n      Tests  14 passed (14)\n   Duration  4.18s'
const RED = ' ✗ keeps its place after a deletion\n   expected "Pancakes" but saw "Waffles"\n\n      Tests  1 failed | 13 passed (14)'

function receipts(feature: Feature | undefined): unknown[] {
  const last = feature?.last_receipt
  if (!feature || !last) return []
  const base = { feature_id: feature.id, policy: 'proven', requested_by: 'agent-1', created_at: last.finished_at, artefacts: last.id === 30 ? ['recipe-form.png', 'recipe-saved.png'] : [] }
  const proven = last.exit_base !== null
  const output = proven ? `--- without the work (exit 1)\n${RED}\n\n--- with the work (exit 0)\n${GREEN}\n` : GREEN
  const detail = proven ? 'without the work it exited with 1, with it it passed in 4.2 s' : 'it passed in 4.2 s'
  return [
    { ...base, ...last, state: 'passed', detail, output },
    { ...base, ...last, id: last.id - 1, exit_base: null, exit_head: 1, state: 'failed', seconds: 3.9, detail: 'it exited with 1 after 3.9 s on a clean checkout of your commit', output: RED },
  ]
}

function timeline(feature: Feature | undefined): unknown[] {
  if (!feature) return []
  const moment = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
  const entry = (seq: number, minutes: number, change: string, actor: string, text: string, note: string | null = null) => ({
    seq,
    timestamp: moment(minutes),
    change,
    actor,
    text,
    note,
    commit: change === 'passed' ? '9f2c41e7b0d3' : null,
    verification_id: null,
  })
  const rows = [entry(1, 90, 'created', 'initializer', 'Created by initializer.', 'from the specification')]
  if (feature.status !== 'pending') rows.push(entry(40, 31, 'claimed', 'agent-1', 'Taken by agent-1.', 'first attempt'))
  if (feature.status === 'passing') rows.push(entry(80, 12, 'passed', 'agent-1', 'Done at commit 9f2c41e7, proven: its check failed without the work and passed with it.'))
  if (feature.status === 'failing') rows.push(entry(80, 12, 'failed', 'harness', 'It is failing.', feature.failing_reason))
  if (feature.status === 'needs_input') rows.push(entry(80, 23, 'asked', 'agent-2', 'A person is asked.', feature.human_request?.prompt))
  return rows
}
