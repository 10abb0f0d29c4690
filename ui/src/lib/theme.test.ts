import { afterEach, expect, it, vi } from 'vitest'

import { getTheme, setTheme, subscribeTheme } from './theme'

afterEach(() => setTheme('system'))

it('is the system’s until one is chosen, and then that one after a reload', () => {
  expect(getTheme()).toBe('system')
  setTheme('dark')
  expect(getTheme()).toBe('dark')
  expect(localStorage.getItem('autocoder.theme')).toBe('dark')
  expect(document.documentElement.dataset['theme']).toBe('dark')
})

it('tells who shows it', () => {
  const listener = vi.fn()
  const stop = subscribeTheme(listener)
  setTheme('light')
  stop()
  setTheme('system')
  expect(listener).toHaveBeenCalledOnce()
  expect(document.documentElement.dataset['theme']).toBeUndefined()
})
