import '@testing-library/jest-dom/vitest'

import { cleanup } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'

import { setOverlay } from '@/lib/overlays'
import { dismissToast, getToasts } from '@/lib/toasts'
import { server } from './server'

// What jsdom has not: sizes (a virtual list shows nothing in a box without height), media queries, scrolling.
vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(800)
vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1200)
Element.prototype.scrollTo = () => undefined
Element.prototype.scrollIntoView = () => undefined
Element.prototype.hasPointerCapture = () => false
window.ResizeObserver = class {
  observe = () => undefined
  unobserve = () => undefined
  disconnect = () => undefined
}
window.matchMedia = (query) =>
  Object.assign(new EventTarget(), {
    matches: query.includes('min-width'),
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  })

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
beforeEach(() => localStorage.clear())
afterEach(() => {
  cleanup()
  setOverlay(null)
  for (const { id } of getToasts()) dismissToast(id)
  server.resetHandlers()
})
afterAll(() => server.close())
