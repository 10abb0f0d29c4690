import { screen, waitFor, within } from '@testing-library/react'
import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'

import { createWorld, emit } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'
import { server } from '@/testing/server'

const DIFF = `diff --git a/conftest.py b/conftest.py
--- /dev/null
+++ b/conftest.py
@@ -0,0 +1 @@
+collect_ignore = ['x']
`

const open = (card: number, world = createWorld()) => renderApp(`/p/recipe-box/board?card=${card}`, world)
const drawer = async (name: RegExp) => within(await screen.findByRole('dialog', { name }))

describe('card drawer', () => {
  it('shows what the card says and what it depends on', async () => {
    const { user, router } = open(3)
    const card = await drawer(/Card 3: Create a recipe/)
    expect(card.getByText(/A form with a name/)).toBeVisible()
    expect(card.getByText(/failed before the change and passes after it/)).toBeVisible()
    await user.click(card.getByRole('button', { name: /#2.*done/ }))
    await drawer(/Card 2/)
    expect(router.state.location.search).toEqual({ card: 2 })
  })

  it('opens from the board and closes with Escape', async () => {
    const { user, router } = renderApp('/p/recipe-box/board?q=timers')
    await user.click(await screen.findByRole('button', { name: /Timers for the steps/ }))
    await drawer(/Card 9/)
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(router.state.location.search).toEqual({ q: 'timers' })
  })

  it('goes to the next and the previous card with J and K', async () => {
    const { user } = open(8)
    await drawer(/Card 8/)
    await user.keyboard('j')
    await drawer(/Card 9/)
    await user.keyboard('k')
    await drawer(/Card 8/)
  })

  it('lets a card be edited', async () => {
    const { user, world } = open(8)
    const card = await drawer(/Card 8/)
    await user.click(card.getByRole('button', { name: 'Edit' }))
    const name = card.getByLabelText('Name')
    await user.clear(name)
    await user.type(name, 'Scale to guests')
    await user.type(card.getByLabelText(/Steps/), '{Enter}And look')
    await user.click(card.getByRole('button', { name: 'Save' }))
    await drawer(/Card 8: Scale to guests/)
    expect(world.features.get(8)?.steps.at(-1)).toBe('And look')
  })

  it('shows what the server refuses beside the field', async () => {
    const { user } = open(8)
    server.use(http.patch('*/features/8', () => HttpResponse.json({ error: 'invalid_input', detail: 'Too long.', field: 'name' }, { status: 422 })))
    const card = await drawer(/Card 8/)
    await user.click(card.getByRole('button', { name: 'Edit' }))
    await user.click(card.getByRole('button', { name: 'Save' }))
    expect(await card.findByRole('alert')).toHaveTextContent('Too long.')
    expect(card.getByLabelText('Name')).toBeInvalid()
  })

  it('lets a person move it by hand, and says that nothing proves it', async () => {
    const { user, world } = open(8)
    const card = await drawer(/Card 8/)
    await user.click(card.getByRole('button', { name: 'Move' }))
    await user.click(await screen.findByRole('menuitem', { name: /To done/ }))
    await waitFor(() => expect(card.getAllByText('Unproven')[0]).toBeVisible())
    await user.click(card.getByRole('button', { name: 'Move' }))
    await user.click(await screen.findByRole('menuitem', { name: /To failing/ }))
    await user.type(await screen.findByLabelText('What you saw'), 'Half an egg.')
    await user.click(screen.getByRole('button', { name: 'Move to failing' }))
    await waitFor(() => expect(world.features.get(8)).toMatchObject({ status: 'failing', failing_reason: 'Half an egg.' }))
  })

  it('undoes the work of a card after saying what that does', async () => {
    const { user, world } = open(3)
    const card = await drawer(/Card 3: /)
    await user.click(card.getByRole('button', { name: 'Move' }))
    await user.click(await screen.findByRole('menuitem', { name: /undoing its work/ }))
    const dialog = within(await screen.findByRole('dialog', { name: 'Undo the work of card #3?' }))
    expect(dialog.getByText(/One new commit takes back/)).toBeVisible()
    expect(await dialog.findByRole('heading', { name: '2 cards that are done build on it or share its files' })).toBeVisible()
    expect(dialog.getByText('#4')).toBeVisible()
    await user.type(dialog.getByLabelText('Why (optional)'), 'Too slow.')
    await user.click(dialog.getByRole('button', { name: 'Undo its work' }))
    expect(await screen.findByText(/taken back by commit 51c0ffee. 2 cards are checked again/)).toBeVisible()
    expect(world.features.get(3)?.status).toBe('pending')
    expect(await card.findByText('Too slow.')).toBeVisible()
  })

  it('says in the dialog why the work cannot be undone', async () => {
    const { user, world } = open(3)
    server.use(http.get('*/features/3/undo', () => HttpResponse.json({ commits: [], stale: [], obstacle: 'Card #5 stands on it.' })))
    const card = await drawer(/Card 3: /)
    await user.click(card.getByRole('button', { name: 'Move' }))
    await user.click(await screen.findByRole('menuitem', { name: /undoing its work/ }))
    expect(await screen.findByRole('alert')).toHaveTextContent('Card #5 stands on it.')
    expect(screen.getByRole('button', { name: 'Undo its work' })).toBeDisabled()
    await user.click(screen.getByRole('button', { name: 'Keep it' }))
    expect(world.features.get(3)?.status).toBe('passing')
  })

  it('says why an undo was refused after all', async () => {
    const { user } = open(3)
    server.use(http.post('*/features/3/undo', () => HttpResponse.json({ error: 'conflict', detail: 'Others keep landing.' }, { status: 409 })))
    const card = await drawer(/Card 3: /)
    await user.click(card.getByRole('button', { name: 'Move' }))
    await user.click(await screen.findByRole('menuitem', { name: /undoing its work/ }))
    await user.click(await screen.findByRole('button', { name: 'Undo its work' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('Others keep landing.')
  })

  it('deletes a card, and takes it back', async () => {
    const { user, world } = open(8)
    await user.click((await drawer(/Card 8/)).getByRole('button', { name: 'Delete' }))
    expect(await screen.findByText('Card #8 is deleted.')).toBeVisible()
    await waitFor(() => expect(screen.queryByText(/Scale amounts/)).toBeNull())
    await user.click(screen.getByRole('button', { name: 'Undo' }))
    expect(await screen.findByRole('button', { name: /Scale amounts/ })).toBeVisible()
    expect(world.features.has(8)).toBe(true)
  })

  it('says why something was refused', async () => {
    const { user } = open(8)
    server.use(http.patch('*/features/8/skip', () => HttpResponse.json({ error: 'conflict', detail: 'An agent holds this card.' }, { status: 409 })))
    await user.click((await drawer(/Card 8/)).getByRole('button', { name: 'Skip' }))
    expect(await screen.findByText('An agent holds this card.')).toBeVisible()
  })

  it('asks what the agent asked, and gives the answer back', async () => {
    const { user, world } = open(12)
    const card = await drawer(/Card 12/)
    await user.type(card.getByLabelText('SMTP host'), 'mail.example.org')
    await user.type(card.getByLabelText('Password'), 'secret')
    expect(card.getByLabelText('Password')).toHaveAttribute('type', 'password')
    await user.click(card.getByRole('button', { name: 'Answer' }))
    await waitFor(() => expect(world.features.get(12)?.status).toBe('pending'))
  })

  it('shows the check and every run of it', async () => {
    const { user } = open(3)
    const card = await drawer(/Card 3: /)
    await user.click(card.getByRole('tab', { name: 'Checks' }))
    expect(await card.findByText(/^npm test/)).toBeVisible()
    expect(await card.findByText('Passed')).toBeVisible()
    expect(card.getByText('Failed')).toBeVisible()
    const [without, withIt] = card.getAllByText(/^With(out)? the work$/)
    expect(without).toHaveTextContent('Without the workfailed, exit 1')
    expect(withIt).toHaveTextContent('With the workpassed, exit 0')
    expect(card.getByRole('group', { name: 'Output: without the work' })).toHaveTextContent('1 failed')
    expect(card.getAllByRole('group', { name: 'Output: with the work' })[0]).toHaveTextContent('14 passed')
    const pictures = card.getAllByRole('list', { name: 'Pictures' })[0]!
    expect(within(pictures).getAllByRole('link')[1]).toHaveAttribute('href', '/api/projects/recipe-box/features/3/receipts/30/artefacts/recipe-saved.png')
  })

  it('names the card that broke it, and opens that one', async () => {
    const { user } = open(11)
    const card = await drawer(/Card 11/)
    expect(card.getByRole('heading', { name: 'Why it fails' })).toBeVisible()
    await user.click(card.getByRole('button', { name: '#5' }))
    await drawer(/Card 5/)
  })

  it('asks for a yes or a no where one is needed, and takes neither for granted', async () => {
    const world = createWorld()
    const asking = world.features.get(12)!
    const fields = [
      { name: 'approve 1f', label: 'Are these changes right?', kind: 'boolean' as const, options: [], required: true },
      { name: 'advice', label: 'What to do instead', kind: 'text' as const, options: [], required: false },
    ]
    world.features.set(12, { ...asking, human_request: { prompt: `Is that right?\n\n${DIFF}`, asked_by: 'harness', answers: null, fields } })
    let sent: unknown
    const { user } = open(12, world)
    server.use(
      http.post('*/features/12/resolve-human-input', async ({ request }) => {
        sent = await request.json()
        return HttpResponse.json(asking)
      }),
    )
    const card = await drawer(/Card 12/)
    expect(card.getByText('Is that right?')).toBeVisible()
    expect(card.getByRole('group', { name: 'The changes you are asked about' })).toHaveTextContent('+collect_ignore')
    await user.click(card.getByRole('button', { name: 'Answer' }))
    expect(sent).toBeUndefined()
    await user.click(within(card.getByRole('group', { name: 'Are these changes right?' })).getByLabelText('No'))
    await user.type(card.getByLabelText('What to do instead (optional)'), 'Leave the config alone.')
    await user.click(card.getByRole('button', { name: 'Answer' }))
    await waitFor(() => expect(sent).toEqual({ answers: { 'approve 1f': false, advice: 'Leave the config alone.' } }))
  })

  it('shows what was changed for it', async () => {
    const { user } = open(3)
    const card = await drawer(/Card 3/)
    await user.click(card.getByRole('tab', { name: 'Diff' }))
    expect(await card.findByText(/^\+ +const recipes = useRecipes\({ page }\)/)).toBeVisible()
    expect(card.getByText('9f2c41e7b0')).toBeVisible()
  })

  it('tells why the card is where it is', async () => {
    const { user } = open(11)
    const card = await drawer(/Card 11/)
    await user.click(card.getByRole('tab', { name: 'Timeline' }))
    const moves = within(await card.findByRole('list')).getAllByRole('listitem')
    expect(moves[0]).toHaveTextContent(/It is failing.*Broken by #5.*harness/)
    expect(moves.at(-1)).toHaveTextContent('Created by initializer.')
  })

  it('keeps its own log', async () => {
    const world = createWorld()
    const say = (feature_id: number, line: string) => emit(world, { type: 'log', timestamp: new Date().toISOString(), line, level: 'info', feature_id })
    say(7, 'about seven')
    say(6, 'about six')
    const { user } = open(7, world)
    const card = await drawer(/Card 7/)
    await user.click(card.getByRole('tab', { name: 'Log' }))
    expect(await card.findByText('about seven')).toBeVisible()
    await waitFor(() => expect(world.listeners.size).toBe(1))
    say(7, 'and more')
    expect(await card.findByText('and more')).toBeVisible()
    expect(card.queryByText('about six')).toBeNull()
  })

  it('says so when the card is gone', async () => {
    open(99)
    expect(await screen.findByText('There is no card #99')).toBeVisible()
  })
})
