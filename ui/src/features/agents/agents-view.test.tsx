import { act, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'

import { createWorld, emit } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'

it('has a tile for each agent: card, tool, tokens, cost and last words', async () => {
  const { world, user } = renderApp('/p/recipe-box/agents')
  const tile = within((await screen.findByRole('heading', { name: 'agent-2' })).closest('li')!)
  expect(tile.getByText('Waiting for its check')).toBeVisible()
  expect(await tile.findByText('48k in, 6.1k out')).toBeVisible()
  expect(tile.getByText('$0.31')).toBeVisible()
  await waitFor(() => expect(world.listeners.size).toBe(1))
  act(() => emit(world, { type: 'log', timestamp: new Date().toISOString(), line: 'npm test', level: 'info', agent: 'agent-2' }))
  expect(await tile.findByText('npm test')).toBeVisible()
  await user.click(tile.getByRole('button', { name: /#7/ }))
  expect(await screen.findByRole('dialog', { name: /Card 7/ })).toBeVisible()
})

it('marks the cost of a session that goes on as an estimate', async () => {
  const world = createWorld()
  world.agents.set('agent-2', { ...world.agents.get('agent-2')!, estimated: true })
  renderApp('/p/recipe-box/agents', world)
  expect(await screen.findByText('≈ $0.31')).toBeVisible()
  expect(screen.getAllByText('$0.31').length).toBe(world.agents.size - 1)
  expect(screen.getByTitle(/Estimated by list price/)).toHaveTextContent('≈ $0.31')
})

it('shows no cost as long as none is known', async () => {
  const world = createWorld()
  for (const [name, view] of world.agents) world.agents.set(name, { ...view, cost_usd: 0 })
  renderApp('/p/recipe-box/agents', world)
  expect((await screen.findAllByText('48k in, 6.1k out')).length).toBe(world.agents.size)
  expect(screen.queryByText(/\$/, { selector: 'dd' })).toBeNull()
})

it('names the cards that share a session, and so its cost', async () => {
  const world = createWorld()
  const view = world.agents.get('agent-2')!
  world.agents.set('agent-2', { ...view, feature_ids: [2, 4, view.feature_id!] })
  renderApp('/p/recipe-box/agents', world)
  expect(await screen.findByText('Done in this session: #2, #4')).toBeVisible()
})

it('says what to do when nobody is at work', async () => {
  renderApp('/p/recipe-box/agents', createWorld({ scenario: 'idle' }))
  expect(await screen.findByText('No agent is at work', { selector: 'h2' })).toBeVisible()
})

it('keeps the tiles of many agents in their order', async () => {
  const world = createWorld({ cards: 72, agents: 12 })
  renderApp('/p/recipe-box/agents', world)
  await screen.findByRole('heading', { name: 'agent-12' })
  const names = screen.getAllByRole('heading', { name: /^agent-/ }).map((heading) => heading.textContent)
  expect(names).toEqual(Array.from({ length: 12 }, (_, i) => `agent-${i + 1}`))
})
