/** Lets agents work in a mock world: lines, tools, checks, cards that move. */
import type { AgentView, Feature } from '@/client/types'
import { AGENT_LINES, inStatus, TOOLS } from './sample'
import { emit, setFeature, type World } from './world'

const stamp = () => new Date().toISOString()
const at = <T>(list: readonly T[], i: number): T => {
  const item = list[i % list.length]
  if (item === undefined) throw new Error('an empty list has nothing to give')
  return item
}

/** One line of output from each agent, every third time with another tool. */
export function speak(world: World, tick: number): void {
  let i = 0
  for (const view of world.agents.values()) {
    const n = tick * 3 + i++
    const { agent, feature_id, session_id } = view
    if (n % 3 === 0) setAgent(world, { ...view, tool: at(TOOLS, n) })
    const line = at(AGENT_LINES, n)
    const level = line.startsWith('The second') ? 'warning' : 'info'
    const tool = n % 2 ? at(TOOLS, n) : null
    emit(world, { type: 'log', timestamp: stamp(), line, level, origin: tool ? 'tool' : 'agent', tool, agent, feature_id, session_id })
  }
}

/** An agent finishes its card and takes the next one. */
export function advance(world: World, tick: number): void {
  const view = [...world.agents.values()][tick % Math.max(world.agents.size, 1)]
  if (!view) return
  const feature = world.features.get(view.feature_id ?? -1)
  if (feature && !feature.verifying) {
    setFeature(world, { ...feature, verifying: true }, 'verifying')
    emit(world, { type: 'verification', timestamp: stamp(), verification_id: tick, feature_id: feature.id, state: 'running' })
    setAgent(world, { ...view, state: 'verifying', tool: null })
    return
  }
  if (feature) {
    emit(world, { type: 'verification', timestamp: stamp(), verification_id: tick, feature_id: feature.id, state: 'passed', detail: '14 passed in 4.2 s' })
    setFeature(world, inStatus(feature, 'passing', stamp(), { proof: 'green' }), 'passed', view.agent)
    world.spent += 0.12
    emit(world, { type: 'usage', timestamp: stamp(), session_id: view.session_id, run_id: 7, input_tokens: 5200, output_tokens: 800, cost_usd: 0.12, estimated: false })
    unblock(world)
  }
  const next = [...world.features.values()].find(({ status, blocked }) => status === 'pending' && !blocked)
  if (!next) return
  setFeature(world, inStatus(next, 'in_progress', stamp(), { claimed_by: view.agent, attempts: next.attempts + 1 }), 'claimed', view.agent)
  setAgent(world, { ...view, state: 'working', feature_id: next.id, session_id: view.session_id + 10, since: stamp() })
}

/** Changes some card somewhere, for measuring the board under load. */
export function touch(world: World, tick: number): void {
  const count = world.features.size
  const feature = world.features.get(1 + ((tick * 7919) % count))
  if (!feature) return
  const done = feature.status === 'passing'
  setFeature(world, inStatus(feature, done ? 'pending' : 'passing', stamp()), done ? 'released' : 'passed')
}

function unblock(world: World): void {
  for (const feature of world.features.values()) {
    if (!feature.blocked || !feature.dependencies.every((id) => world.features.get(id)?.passes)) continue
    setFeature(world, { ...feature, blocked: false } satisfies Feature, 'scheduled', 'harness')
  }
}

function setAgent(world: World, view: AgentView): void {
  world.agents.set(view.agent, view)
  const { agent, role, state, feature_id, session_id, tool } = view
  emit(world, { type: 'agent_update', timestamp: stamp(), agent, role, state, feature_id, session_id, tool })
}
