import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { inStatus } from '@/testing/mock-server/sample'
import { createWorld, setFeature } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'

const BOARD = '/p/recipe-box/board'
const column = (name: string) => screen.findByRole('region', { name })

describe('board', () => {
  it('shows the cards in their columns, with what stands behind the green ones', async () => {
    renderApp(BOARD)
    const done = within(await column('Done'))
    expect(done.getAllByRole('listitem')).toHaveLength(5)
    expect(done.getByRole('button', { name: /Create a recipe with ingredients.*/ })).toHaveTextContent('Proven')
    expect(within(await column('In progress')).getByRole('button', { name: /Filter by tag/ })).toHaveTextContent('Checking')
    expect(within(await column('Needs you')).getByRole('button')).toHaveTextContent('Which mail server')
  })

  it('has no column for what needs nobody', async () => {
    renderApp(BOARD, createWorld({ scenario: 'idle' }))
    await column('Pending')
    expect(screen.queryByRole('region', { name: 'Needs you' })).toBeNull()
    expect(screen.queryByRole('region', { name: 'Failing' })).toBeNull()
  })

  it('moves a card when the server says so', async () => {
    const { world } = renderApp(BOARD)
    const done = within(await column('Done'))
    await waitFor(() => expect(world.listeners.size).toBe(1))
    act(() => setFeature(world, inStatus(world.features.get(6)!, 'passing', new Date().toISOString()), 'moved to passing'))
    expect(await done.findByText('Search by name and ingredient')).toBeVisible()
    expect(within(await column('In progress')).queryByText('Search by name and ingredient')).toBeNull()
  })

  it('keeps search and filters in the address', async () => {
    const { user, router } = renderApp(`${BOARD}?category=Search`)
    await column('Pending')
    expect(screen.getByLabelText('Category')).toHaveValue('Search')
    expect(within(await column('In progress')).getAllByRole('listitem')).toHaveLength(2)
    await user.type(screen.getByLabelText('Search cards'), 'ingredient')
    await waitFor(() => expect(router.state.location.search).toEqual({ category: 'Search', q: 'ingredient' }))
    expect(await screen.findByText('1 of 12 cards match')).toBeInTheDocument()
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    expect(screen.getByLabelText('Search cards')).toHaveValue('')
    expect(router.state.location.search).toEqual({})
  })

  it('says so when nothing matches', async () => {
    const { user } = renderApp(`${BOARD}?q=zebra`)
    await user.click(await screen.findByRole('button', { name: 'Clear the filter' }))
    expect(await column('Pending')).toBeVisible()
  })

  it('keeps only the cards in sight in the page', async () => {
    const { container } = renderApp(BOARD, createWorld({ cards: 10_000 }))
    expect(within(await column('Done')).getByText('4,200')).toBeVisible()
    expect(container.querySelectorAll('*').length).toBeLessThan(5_000)
  })

  it('says what to do when there is no card', async () => {
    const { user } = renderApp(BOARD, createWorld({ scenario: 'empty' }))
    expect(await screen.findByText('No cards yet')).toBeVisible()
    expect(screen.getByText('Start', { selector: 'strong' })).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Write a card yourself' }))
    await user.type(await screen.findByLabelText('Name'), 'A first card')
    await user.type(screen.getByLabelText('Category'), 'Start')
    await user.click(screen.getByRole('button', { name: 'Create card' }))
    expect(await column('Pending')).toHaveTextContent('A first card')
  })

  it('does not ask for a start that was made', async () => {
    renderApp(BOARD, createWorld({ cards: 0 }))
    expect(await screen.findByText(/is reading the specification/)).toBeVisible()
    expect(screen.queryByText('Start', { selector: 'strong' })).toBeNull()
  })

  it('walks along a column with the arrow keys', async () => {
    const { user } = renderApp(BOARD)
    const cards = within(await column('Pending')).getAllByRole('button')
    cards[0]?.focus()
    await user.keyboard('{ArrowDown}')
    await waitFor(() => expect(cards[1]).toHaveFocus())
  })
})
