import { expect, it, vi } from 'vitest'

import { dismissToast, getToasts, showToast } from './toasts'

it('shows the last four, each for six seconds', () => {
  vi.useFakeTimers()
  for (let i = 1; i <= 5; i++) showToast(`${i}`)
  expect(getToasts().map(({ text }) => text)).toEqual(['2', '3', '4', '5'])
  vi.advanceTimersByTime(6_000)
  expect(getToasts()).toEqual([])
  vi.useRealTimers()
})

it('goes when it is dismissed', () => {
  const id = showToast('x', { tone: 'error' })
  dismissToast(id)
  dismissToast(id)
  expect(getToasts()).toEqual([])
})
