import { expect, it, vi } from 'vitest'

import { throwConfetti } from './confetti'

const pen = () => ({ clearRect: vi.fn(), save: vi.fn(), restore: vi.fn(), translate: vi.fn(), rotate: vi.fn(), fillRect: vi.fn(), fillStyle: '' })

it('falls for a moment and leaves nothing behind', () => {
  vi.useFakeTimers()
  const context = pen()
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never)
  throwConfetti()
  expect(document.querySelector('canvas')).toHaveAttribute('aria-hidden', 'true')
  vi.advanceTimersByTime(3_000)
  expect(context.fillRect).toHaveBeenCalled()
  expect(document.querySelector('canvas')).toBeNull()
  vi.useRealTimers()
})

it('does not move for those who asked for no motion', () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }))
  throwConfetti()
  expect(document.querySelector('canvas')).toBeNull()
})
