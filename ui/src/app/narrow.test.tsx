import { screen, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { renderApp } from '@/testing/render-app'

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }))
})

it('shows one column at a time on a phone, and the drawer over the page', async () => {
  const { user, router } = renderApp('/p/recipe-box/board')
  const tabs = within(await screen.findByRole('tablist', { name: 'Columns' }))
  expect(tabs.getByRole('tab', { selected: true })).toHaveTextContent('In progress')
  await user.click(tabs.getByRole('tab', { name: /Needs you/ }))
  await user.click(await screen.findByRole('button', { name: /Send the shopping list/ }))
  const drawer = await screen.findByRole('dialog', { name: /Card 12/ })
  await user.click(within(drawer).getByRole('button', { name: 'Close' }))
  expect(router.state.location.search).toEqual({})
})
