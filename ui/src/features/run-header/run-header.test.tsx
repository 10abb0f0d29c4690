import { act, screen, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { expect, it, vi } from 'vitest'

import { createWorld, emit, setRun } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'
import { server } from '@/testing/server'

const show = (world = createWorld()) => renderApp('/p/recipe-box/agents', world)
const header = async () => {
  await screen.findByText(/of 12/)
  return within(screen.getByRole('region', { name: 'State of the run' }))
}

it('answers the three questions', async () => {
  show()
  const answers = await header()
  expect(answers.getByText('Running')).toBeVisible()
  expect(answers.getByText(/2 agents for 1 h/)).toBeVisible()
  expect(answers.getByRole('img', { name: /1 proven, 1 guarded, 3 green, 0 unproven, 2 in progress, 1 failing of 12/ })).toBeVisible()
  expect(await answers.findByRole('meter')).toHaveAccessibleName('Budget: $3.42 of $10.00 today')
  expect(answers.getByRole('button', { name: '1 card needs you' })).toBeVisible()
})

it('marks what today costs so far as an estimate, then shows the exact figure', async () => {
  const world = createWorld()
  world.estimated = true
  show(world)
  const answers = await header()
  expect(await answers.findByRole('meter')).toHaveAccessibleName('Budget: ≈ $3.42 of $10.00 today')
  expect(answers.getByText('≈ $3.42')).toBeVisible()
  world.estimated = false
  world.spent = 3.5
  await vi.waitFor(() => expect(world.listeners.size).toBe(1))
  act(() => emit(world, { type: 'usage', timestamp: new Date().toISOString(), session_id: 41, run_id: 7, input_tokens: 0, output_tokens: -3, cost_usd: 0.08, estimated: false }))
  expect(await answers.findByText('$3.50', {}, { timeout: 4000 })).toBeVisible()
})

it('opens the card that waits for somebody', async () => {
  const { user } = show()
  await user.click((await header()).getByRole('button', { name: '1 card needs you' }))
  expect(await screen.findByRole('dialog', { name: /Card 12/ })).toBeVisible()
})

it('says until when a run is parked, and counts down', async () => {
  show(createWorld({ scenario: 'parked' }))
  const answers = await header()
  expect(answers.getByText('Parked')).toBeVisible()
  expect(answers.getByText(/Usage limit of the account reached/)).toHaveTextContent(/goes on .*\(1:1\d:\d\d\)/)
  expect(answers.getByRole('button', { name: 'Try now' })).toBeVisible()
})

it('starts a run with the options that were kept', async () => {
  const { user } = show(createWorld({ scenario: 'idle' }))
  let sent: unknown
  server.use(
    http.post('*/agent/start', async ({ request }) => {
      sent = await request.json()
      return HttpResponse.json({ status: 'running', agents: [] })
    }),
  )
  await user.click((await header()).getByRole('button', { name: 'Run options' }))
  const dialog = within(await screen.findByRole('dialog'))
  await dialog.findByRole('option', { name: 'Claude Opus 4.5' })
  await user.selectOptions(await dialog.findByLabelText('Agents at the same time'), '3')
  await user.selectOptions(dialog.getByLabelText('Features per session'), 'Up to 2')
  await user.selectOptions(dialog.getByLabelText('Who tries out what is done'), 'One session for each green card')
  await user.selectOptions(dialog.getByLabelText('Model'), 'Claude Opus 4.5')
  await user.type(dialog.getByLabelText(/Budget/), '5')
  await user.click(dialog.getByRole('button', { name: 'Save and start' }))
  await vi.waitFor(() => expect(sent).toEqual({ concurrency: 3, batch_size: 2, testing_ratio: 1, model: 'claude-opus-4-5', budget_usd: 5 }))
  await user.click((await header()).getByRole('button', { name: 'Run options' }))
  expect(await within(await screen.findByRole('dialog')).findByLabelText('Agents at the same time')).toHaveValue('3')
})

it('pauses and goes on', async () => {
  const { user } = show()
  await user.click((await header()).getByRole('button', { name: 'Pause' }))
  await user.click(await screen.findByRole('button', { name: 'Resume' }))
  expect(await screen.findByRole('button', { name: 'Pause' })).toBeVisible()
})

it('asks before it stops', async () => {
  const { user, world } = show()
  await user.click((await header()).getByRole('button', { name: 'Stop' }))
  await user.click(await screen.findByRole('button', { name: 'Keep going' }))
  expect(world.run.status).toBe('running')
  await user.click((await header()).getByRole('button', { name: 'Stop' }))
  await user.click(await screen.findByRole('button', { name: 'Stop now' }))
  expect(await screen.findByText('Stopped by you')).toBeVisible()
})

it('says why a run ended', async () => {
  const { world } = show()
  await header()
  await vi.waitFor(() => expect(world.listeners.size).toBe(1))
  act(() => setRun(world, 'crashed', 'The disk is full.'))
  expect(await screen.findByText('The disk is full.')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Start' })).toBeVisible()
})
