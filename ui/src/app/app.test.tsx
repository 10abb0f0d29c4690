import { act, screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'

import { createWorld, setFeature, setRun } from '@/testing/mock-server/world'
import { inStatus } from '@/testing/mock-server/sample'
import { renderApp } from '@/testing/render-app'
import { server } from '@/testing/server'

const BOARD = '/p/recipe-box/board'

describe('home', () => {
  it('shows each project at a glance and opens it', async () => {
    const { user, router } = renderApp('/')
    const card = within((await screen.findByRole('link', { name: 'recipe-box' })).closest('li')!)
    expect(card.getByText('5 of 12 cards done')).toBeVisible()
    expect(card.getByText('1 needs you')).toBeVisible()
    expect(card.getByText('Running')).toBeVisible()
    expect(card.getByText('$3.42 today')).toBeVisible()
    await user.click(card.getByRole('link'))
    await waitFor(() => expect(router.state.location.pathname).toBe(BOARD))
  })

  it('says what to do when there is none, and how to see the demo', async () => {
    const { user } = renderApp('/', createWorld({ scenario: 'empty' }))
    expect(await screen.findByText('No project yet')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Try the demo' }))
    expect(await screen.findByText('./start_ui.sh --demo')).toBeVisible()
  })

  it('names what is missing, with the remedy, only when something is', async () => {
    const world = createWorld()
    world.setup.checks = [{ name: 'Claude login', status: 'missing', detail: 'Not found.', remedy: 'Run “claude login”.' }]
    renderApp('/', world)
    expect(await screen.findByText(/Run “claude login”/)).toBeVisible()
  })

  it('says so when the server does not answer', async () => {
    renderApp('/')
    server.use(http.get('*/api/projects', () => HttpResponse.json({ error: 'database_damaged', detail: 'The registry cannot be read.' }, { status: 409 })))
    expect(await screen.findByText('The registry cannot be read.')).toBeVisible()
  })
})

describe('addresses', () => {
  it('leads from a project to its board', async () => {
    const { router } = renderApp('/p/recipe-box')
    await waitFor(() => expect(router.state.location.pathname).toBe(BOARD))
  })

  it('says so when there is no such page or project', async () => {
    const { unmount } = renderApp('/nowhere')
    expect(await screen.findByText('There is no such page')).toBeVisible()
    unmount()
    renderApp('/p/other/board')
    expect(await screen.findByText('There is no project named other')).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Start' })).toBeNull()
  })
})

describe('keyboard', () => {
  it('lists its shortcuts with ?', async () => {
    const { user } = renderApp(BOARD)
    await screen.findByRole('region', { name: 'Done' })
    await user.keyboard('?')
    expect(await screen.findByRole('dialog', { name: 'Keys and badges' })).toBeVisible()
  })

  it('goes to the search with /, and types letters there', async () => {
    const { user, router } = renderApp(BOARD)
    await screen.findByRole('region', { name: 'Done' })
    await user.keyboard('/nt2?')
    expect(screen.getByLabelText('Search cards')).toHaveValue('nt2?')
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(router.state.location.pathname).toBe(BOARD)
  })

  it('goes to a view with its number', async () => {
    const { user, router } = renderApp(BOARD)
    await screen.findByRole('region', { name: 'Done' })
    await user.keyboard('3')
    await waitFor(() => expect(router.state.location.pathname).toBe('/p/recipe-box/activity'))
  })

  it('finds a card from the palette', async () => {
    const { user, router } = renderApp('/p/recipe-box/agents')
    await screen.findByText(/5 of 12/)
    await user.keyboard('{Control>}k{/Control}')
    await user.type(await screen.findByRole('combobox'), 'print view')
    await user.keyboard('{Enter}')
    await waitFor(() => expect(router.state.location.search).toEqual({ card: 11 }))
  })

  it('walks through the palette with the arrow keys', async () => {
    const { user, router } = renderApp(BOARD)
    await screen.findByRole('region', { name: 'Done' })
    await user.keyboard('{Control>}k{/Control}')
    await user.type(await screen.findByRole('combobox'), 'view')
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}')
    await waitFor(() => expect(router.state.location.pathname).toBe('/p/recipe-box/agents'))
  })
})

describe('connection', () => {
  it('does not show an old state as the present one', async () => {
    const { FakeSocket } = renderApp(BOARD)
    expect(await screen.findByText('Live')).toBeVisible()
    act(() => FakeSocket.latest?.close(1006))
    expect(await screen.findByText('Not live')).toBeVisible()
    expect(await screen.findByText('Live', {}, { timeout: 3_000 })).toBeVisible()
  })

  it('says so when the server refuses it', async () => {
    const { FakeSocket } = renderApp(BOARD)
    await screen.findByText('Live')
    act(() => FakeSocket.latest?.close(4001))
    expect(await screen.findByText(/asks for a sign-in/)).toBeVisible()
  })

  it('reads everything anew when its place in the log is gone', async () => {
    const { FakeSocket, world } = renderApp(BOARD)
    await screen.findByText('Live')
    world.features.delete(8)
    act(() => FakeSocket.latest?.tell({ type: 'reset', oldest: 900, newest: 1000 }))
    await waitFor(() => expect(screen.queryByText(/Scale amounts/)).toBeNull())
    expect(await screen.findByText('Live')).toBeVisible()
  })
})

describe('title', () => {
  it('shows progress and who waits', async () => {
    const { world } = renderApp(BOARD)
    await waitFor(() => expect(document.title).toBe('(1) 42 % · recipe-box – AutoCoder'))
    await waitFor(() => expect(world.listeners.size).toBe(1))
    act(() => {
      for (const feature of [...world.features.values()]) setFeature(world, inStatus(feature, 'passing', new Date().toISOString()), 'done')
      setRun(world, 'finished')
    })
    await waitFor(() => expect(document.title).toBe('100 % · recipe-box – AutoCoder'))
  })
})

describe('theme', () => {
  it('is chosen from the menu', async () => {
    const { user } = renderApp('/')
    await user.click(await screen.findByRole('button', { name: 'Theme' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Dark' }))
    expect(document.documentElement.dataset['theme']).toBe('dark')
    await user.click(await screen.findByRole('button', { name: 'Theme' }))
    await user.click(await screen.findByRole('menuitem', { name: /system/ }))
  })
})
