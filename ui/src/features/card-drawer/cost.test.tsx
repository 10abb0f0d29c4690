import { act, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'

import { createWorld, emit } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'

const drawer = async (name: RegExp) => within(await screen.findByRole('dialog', { name }))

it('shows what a card cost, as an estimate while a session goes on', async () => {
  const world = createWorld()
  world.estimated = true
  const busy = [...world.features.values()].find(({ status }) => status === 'in_progress')!
  const waiting = [...world.features.values()].find(({ status }) => status === 'pending')!
  const { router } = renderApp(`/p/recipe-box/board?card=${busy.id}`, world)
  const card = await drawer(new RegExp(`Card ${busy.id}:`))
  expect((await card.findByText('≈ $0.31')).closest('p')).toHaveTextContent('≈ $0.31 in 1 session (48k tokens in, 6.1k out)')
  world.estimated = false
  await waitFor(() => expect(world.listeners.size).toBe(1))
  act(() => emit(world, { type: 'usage', timestamp: new Date().toISOString(), session_id: 41, run_id: 7, input_tokens: 0, output_tokens: -3, cost_usd: 0.08, estimated: false }))
  expect(await card.findByText('$0.31', {}, { timeout: 4000 })).toBeVisible()
  await router.navigate({ to: '.', search: { card: waiting.id } })
  const other = await drawer(new RegExp(`Card ${waiting.id}:`))
  expect(other.queryByText('Cost')).toBeNull()
})
