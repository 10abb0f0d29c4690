import '@testing-library/jest-dom/vitest'

import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'

import { setOverlay } from '@/lib/overlays'
import { dismissToast, getToasts } from '@/lib/toasts'
import { server } from './server'

// Long, because a busy machine is slow; what is there at once is found at once.
configure({ asyncUtilTimeout: 10_000 })

// What jsdom has not: sizes (a virtual list shows nothing in a box without height), media queries, scrolling.
Object.defineProperties(Element.prototype, { clientHeight: { get: () => 800 }, clientWidth: { get: () => 1200 } })
Element.prototype.scrollTo = () => undefined
window.scrollTo = () => undefined
Element.prototype.scrollIntoView = () => undefined
Element.prototype.hasPointerCapture = () => false
HTMLCanvasElement.prototype.getContext = () => null
Blob.prototype.text = function (this: Blob) {
  return new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.readAsText(this)
  })
}
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
/** What was complained about while a test ran: a warning of React is a fault of ours. */
let complaints: unknown[][] = []
console.error = (...words: unknown[]) => void complaints.push(words)

beforeEach(() => {
  localStorage.clear()
  complaints = []
})
afterEach(() => {
  cleanup()
  expect(complaints).toEqual([])
  setOverlay(null)
  for (const { id } of getToasts()) dismissToast(id)
  server.resetHandlers()
})
afterAll(() => server.close())
