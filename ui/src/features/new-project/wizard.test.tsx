import { screen, waitFor, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { createWorld } from '@/testing/mock-server/world'
import { renderApp } from '@/testing/render-app'

const next = { name: 'Next' }

async function toFolder() {
  const app = renderApp('/new', createWorld({ scenario: 'empty' }))
  await app.user.type(await screen.findByLabelText('Name of the project'), 'shop-two')
  await app.user.click(screen.getByRole('button', next))
  await waitFor(() => expect(screen.getByLabelText('Folder of the project')).toHaveValue('/home/you/shop-two'))
  return app
}

describe('wizard', () => {
  it('leads from a name to running agents', async () => {
    const { user, world, router } = await toFolder()
    expect(await screen.findByText('The folder will be created.')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'projects' }))
    expect(screen.getByLabelText('Folder of the project')).toHaveValue('/home/you/projects/shop-two')
    await user.click(screen.getByRole('button', next))
    await user.click(screen.getByRole('radio', { name: /Back-end API/ }))
    await user.click(screen.getByRole('button', next))
    await user.type(screen.getByLabelText('Specification'), '# Shop')
    await user.click(screen.getByRole('button', next))
    expect(screen.getByText('/home/you/projects/shop-two')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Create and start' }))
    await waitFor(() => expect(router.state.location.pathname).toBe('/p/shop-two/board'))
    expect(world.project).toMatchObject({ kind: 'backend_api', path: '/home/you/projects/shop-two' })
    expect(world.run.status).toBe('running')
  })

  it('can be left and resumed', async () => {
    const { user, unmount } = await toFolder()
    await user.click(screen.getByRole('button', next))
    unmount()
    renderApp('/new', createWorld({ scenario: 'empty' }))
    expect(await screen.findByRole('group', { name: 'What is to be built?' })).toBeVisible()
    await user.click(screen.getByRole('button', { name: /Name/ }))
    expect(screen.getByLabelText('Name of the project')).toHaveValue('shop-two')
  })

  it('does not go on with a name that is none', async () => {
    const { user } = renderApp('/new')
    await user.type(await screen.findByLabelText('Name of the project'), '../up')
    expect(screen.getByRole('button', next)).toBeDisabled()
    expect(screen.getByRole('alert')).toHaveTextContent('A name starts with a letter')
  })

  it('makes a folder and opens it', async () => {
    const { user } = await toFolder()
    await user.type(screen.getByLabelText('Name of a new folder'), 'new-place{Enter}')
    await waitFor(() => expect(screen.getByLabelText('Folder of the project')).toHaveValue('/home/you/new-place/shop-two'))
    await user.click(await screen.findByRole('button', { name: 'One up' }))
    expect(await screen.findByRole('button', { name: 'new-place' })).toBeVisible()
  })

  it('takes a specification from a file or a sample', async () => {
    const { user } = await toFolder()
    await user.click(screen.getByRole('button', next))
    await user.click(screen.getByRole('button', next))
    await user.upload(screen.getByLabelText('Specification file'), new File(['# From a file'], 'spec.md', { type: 'text/markdown' }))
    await waitFor(() => expect(screen.getByLabelText('Specification')).toHaveValue('# From a file'))
    await user.upload(screen.getByLabelText('Specification file'), new File(['a\0b'], 'photo.txt', { type: 'text/plain' }))
    expect(await screen.findByText('photo.txt is no text file.')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'From a sample' }))
    await user.click(await screen.findByRole('menuitem', { name: /Bookings/ }))
    expect(screen.getByLabelText<HTMLTextAreaElement>('Specification').value).toContain('# Bookings API')
  })

  it('stays, and says why, when the server refuses', async () => {
    const world = createWorld({ scenario: 'empty' })
    world.project.name = 'taken'
    localStorage.setItem('autocoder.new-project', JSON.stringify({ step: 'review', name: 'taken', path: '/home/you/x', kind: 'web_app', spec: '' }))
    localStorage.setItem('autocoder.new-project', JSON.stringify({ step: 'review', name: 'taken', path: '/home/you/x', kind: 'web_app', spec: '# x' }))
    const { user } = renderApp('/new', world)
    await user.click(await screen.findByRole('button', { name: 'Create only' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('A project named taken exists')
  })

  it('imports a folder as it is, without a specification if need be', async () => {
    const { user, world } = renderApp('/new?mode=import', createWorld({ scenario: 'empty' }))
    await user.type(await screen.findByLabelText('Name of the project'), 'old')
    await user.click(screen.getByRole('button', next))
    const folders = within(await screen.findByRole('list', { name: 'Folders in /home/you' }))
    await user.click(await folders.findByRole('button', { name: 'documents' }))
    expect(screen.getByLabelText('Folder of the project')).toHaveValue('/home/you/documents')
    for (let i = 0; i < 3; i++) await user.click(screen.getByRole('button', next))
    expect(screen.queryByRole('button', { name: 'Create and start' })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Create only' }))
    await waitFor(() => expect(world.project).toMatchObject({ name: 'old', path: '/home/you/documents' }))
  })
})
