import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'

import type { LogEvent } from '@/client/protocol'
import { createWorld, emit, type World } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'

const say = (world: World, line: string, more: Partial<LogEvent> = {}) =>
  emit(world, { type: 'log', timestamp: '2026-01-01T10:00:00Z', line, level: 'info', agent: 'agent-1', ...more })

async function show(lines: number) {
  const world = createWorld()
  for (let i = 1; i <= lines; i++) say(world, `line ${i}`)
  const app = renderApp('/p/recipe-box/activity', world)
  const rows = within(await screen.findByRole('log', { name: 'Activity' }))
  await waitFor(() => expect(world.listeners.size).toBe(1))
  return { ...app, rows }
}

describe('activity', () => {
  it('shows what happened, and what happens', async () => {
    const { world, rows } = await show(2)
    expect(rows.getByText('line 1')).toBeVisible()
    act(() => emit(world, { type: 'agent_status', timestamp: '2026-01-01T10:00:00Z', status: 'paused', reason: 'You paused' }))
    expect(await rows.findByText('run paused · You paused')).toBeVisible()
  })

  it('filters by card, level, agent, kind and tool', async () => {
    const { world, rows, user } = await show(1)
    act(() => {
      say(world, 'odd', { level: 'warning', feature_id: 7, tool: 'Bash', agent: 'agent-2' })
      emit(world, { type: 'session', timestamp: '2026-01-01T10:00:00Z', session_id: 1, run_id: 1, role: 'coder', state: 'started', agent: 'agent-1' })
    })
    const only = async (text: RegExp) => {
      await waitFor(() => expect(within(screen.getByRole('log')).getByRole('button')).toHaveTextContent(text))
      await user.click(screen.getByRole('button', { name: 'Clear' }))
    }
    await rows.findByText(/odd/)
    await user.type(screen.getByLabelText('Search activity'), '#7')
    await only(/Warning: odd/)
    await user.selectOptions(screen.getByLabelText('Level'), 'warning')
    await only(/odd/)
    await user.selectOptions(screen.getByLabelText('Agent'), 'agent-2')
    await only(/odd/)
    await user.selectOptions(screen.getByLabelText('Tool'), 'Bash')
    await only(/odd/)
    await user.selectOptions(screen.getByLabelText('Kind'), 'session')
    await only(/coder session started/)
    await user.type(screen.getByLabelText('Search activity'), 'zebra')
    expect(await screen.findByText('No row matches')).toBeVisible()
  })

  it('stands still when frozen, and says how much came in', async () => {
    const { world, rows, user } = await show(3)
    await user.click(screen.getByRole('button', { name: 'Following' }))
    act(() => say(world, 'later'))
    await user.click(await screen.findByRole('button', { name: '1 new row below' }))
    expect(await rows.findByText('later')).toBeVisible()
  })

  it('reads the past backwards, page by page', async () => {
    const { container } = await show(500)
    const asked = vi.spyOn(window, 'fetch')
    const list = screen.getByRole('log')
    fireEvent.scroll(list, { target: { scrollTop: 0 } })
    await waitFor(() => expect(screen.getByText('line 1')).toBeInTheDocument())
    const pages = asked.mock.calls.filter(([url]) => (url as URL).href.includes('/events')).length
    expect(pages).toBeLessThanOrEqual(3)
    expect(container.querySelectorAll('[role=log] button').length).toBeLessThan(100)
  })

  it('finds what lies further back than what was read', async () => {
    const { user } = await show(500)
    expect(screen.queryByText('line 7')).toBeNull()
    await user.type(screen.getByLabelText('Search activity'), 'line 7')
    expect(await screen.findByText('line 7')).toBeVisible()
  })

  it('shows the whole of a long row, and copies it', async () => {
    const { rows, user } = await show(1)
    await user.click(rows.getByText('line 1'))
    const whole = within(screen.getByRole('region', { name: 'Selected row' }))
    await user.click(whole.getByRole('button', { name: 'Copy' }))
    expect(await navigator.clipboard.readText()).toBe('2026-01-01T10:00:00Z INFO agent-1 line 1')
    await user.click(whole.getByRole('button', { name: 'Close' }))
    expect(screen.queryByRole('region', { name: 'Selected row' })).toBeNull()
  })

  it('downloads what is shown', async () => {
    const { user } = await show(2)
    const saved = vi.fn(() => 'blob:x')
    Object.assign(URL, { createObjectURL: saved, revokeObjectURL: vi.fn() })
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    await user.click(screen.getByRole('button', { name: 'Download' }))
    expect(saved).toHaveBeenCalledOnce()
    expect(click).toHaveBeenCalledOnce()
  })
})
