import { expect, it } from 'vitest'

import { match, type Shortcut } from './shortcuts'

const keys: Shortcut[] = ['mod+k', '?', '/', 't'].map((key) => ({ key, does: key, run: () => undefined }))

function press(key: string, init: KeyboardEventInit = {}, target: HTMLElement = document.body): string | undefined {
  const event = new KeyboardEvent('keydown', { key, ...init })
  Object.defineProperty(event, 'target', { value: target })
  return match(keys, event)?.key
}

it('finds plain keys, capitals included', () => {
  expect(press('/')).toBe('/')
  expect(press('?', { shiftKey: true })).toBe('?')
  expect(press('T', { shiftKey: true })).toBe('t')
  expect(press('x')).toBeUndefined()
})

it('never takes a plain letter with Ctrl, Cmd or Alt', () => {
  for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) expect(press('t', held)).toBeUndefined()
})

it('takes Ctrl+K and Cmd+K everywhere, plain keys nowhere where somebody types', () => {
  const input = document.createElement('input')
  expect(press('k', { ctrlKey: true }, input)).toBe('mod+k')
  expect(press('K', { metaKey: true }, input)).toBe('mod+k')
  for (const tag of ['input', 'textarea', 'select']) expect(press('/', {}, document.createElement(tag))).toBeUndefined()
})

it('does not repeat while a key is held down', () => expect(press('t', { repeat: true })).toBeUndefined())
