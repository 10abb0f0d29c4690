import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'

import { createWorld } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'

const show = (world = createWorld()) => renderApp('/p/recipe-box/settings', world)

it('saves policy, crew and budget', async () => {
  const { user, world } = show()
  await user.click(await screen.findByRole('radio', { name: /The agent’s word/ }))
  await user.selectOptions(screen.getByLabelText('Agents at the same time'), '5')
  await user.selectOptions(screen.getByLabelText('Features per session'), 'Up to 3')
  await user.clear(screen.getByLabelText(/Budget of a day/))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('Saved.')).toBeVisible()
  expect(world.project).toMatchObject({ proof_policy: 'off', budget_usd: null, settings: { concurrency: 5, batch_size: 3, testing_ratio: 0 } })
})

it('saves the specification when it was changed', async () => {
  const { user } = show()
  const text = await screen.findByLabelText('app_spec.txt')
  const save = screen.getByRole('button', { name: 'Save specification' })
  expect(save).toBeDisabled()
  await user.type(text, ' More.')
  await user.click(save)
  expect(await screen.findByText('The specification is saved.')).toBeVisible()
  expect(save).toBeDisabled()
})

it('changes the theme of this browser', async () => {
  const { user } = show()
  await user.selectOptions(await screen.findByLabelText('Theme', { selector: 'select' }), 'dark')
  expect(document.documentElement.dataset['theme']).toBe('dark')
  await user.selectOptions(screen.getByLabelText('Theme', { selector: 'select' }), 'system')
  expect(document.documentElement.dataset['theme']).toBeUndefined()
})

it('shows what a run needs on this machine', async () => {
  const world = createWorld()
  world.setup.checks = [{ name: 'Sandbox', status: 'missing', detail: 'bubblewrap is not there.', remedy: 'Install it.' }]
  show(world)
  expect(await screen.findByText(/bubblewrap is not there. Install it./)).toBeVisible()
})

it('takes a project off the list after asking', async () => {
  const { user, router } = show()
  await user.click(await screen.findByRole('button', { name: 'Remove from the list' }))
  await user.click(await screen.findByRole('button', { name: 'Remove' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/'))
  expect(await screen.findByText(/is off the list/)).toBeVisible()
})
