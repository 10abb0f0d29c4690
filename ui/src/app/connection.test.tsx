import { act, render, screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import { ApiError } from '@/client/http'
import { LiveStoreProvider } from '@/live/live-provider'
import { createLiveStore } from '@/live/store'
import { ConnectionBanner } from './connection'

function show() {
  const store = createLiveStore()
  render(
    <LiveStoreProvider project="recipe-box" store={store}>
      <ConnectionBanner />
    </LiveStoreProvider>,
  )
  return store
}

it('says nothing about a blink, and counts down when it lasts', () => {
  vi.useFakeTimers()
  const store = show()
  act(() => store.setConnection({ phase: 'offline', retryAt: Date.now() + 500, failures: 1 }))
  expect(screen.queryByRole('alert')).toBeNull()
  act(() => store.setConnection({ phase: 'offline', retryAt: Date.now() + 4_000, failures: 3 }))
  expect(screen.getByRole('alert')).toHaveTextContent(/this is the last known state. Trying again in [45] s/)
  act(() => {
    vi.advanceTimersByTime(5_000)
  })
  expect(screen.getByRole('alert')).toHaveTextContent('Trying again …')
  vi.useRealTimers()
})

it.each([
  [4001, /sign-in/],
  [4003, /from this address/],
  [4004, /no longer knows/],
] as const)('says what %i means', (code, text) => {
  const store = show()
  act(() => store.setConnection({ phase: 'refused', code }))
  expect(screen.getByRole('alert')).toHaveTextContent(text)
})

it('tells a server that is away from one that says no', () => {
  const store = show()
  act(() => store.setError(new ApiError('unreachable', 0, 'No answer.')))
  expect(screen.getByRole('alert')).toHaveTextContent('No answer. Trying again by itself.')
  act(() => store.setError(new ApiError('not_allowed', 403, 'You may not.')))
  expect(screen.getByRole('alert')).toHaveTextContent(/^You may not.$/)
})
