/** Which of the app-wide overlays is open: one at a time. */
export type Overlay = 'palette' | 'help' | 'new-card' | null

let open: Overlay = null
const listeners = new Set<() => void>()

export const getOverlay = (): Overlay => open

export function setOverlay(next: Overlay): void {
  open = next
  listeners.forEach((listener) => listener())
}

export function subscribeOverlay(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
