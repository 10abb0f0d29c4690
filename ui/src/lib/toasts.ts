/** Short messages with an undo. A message leaves by itself; what it announces happens when it has left. */
export interface Toast {
  readonly id: number
  readonly tone: 'info' | 'error'
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

const LASTS = 6_000
const SHOWN = 4

let toasts: readonly Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()

export const getToasts = (): readonly Toast[] => toasts

export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function showToast(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): number {
  const toast: Toast = { id: nextId++, text, tone: 'info', ...options }
  set([...toasts, toast].slice(-SHOWN))
  setTimeout(() => dismissToast(toast.id), LASTS)
  return toast.id
}

export function dismissToast(id: number): void {
  if (toasts.some((toast) => toast.id === id)) set(toasts.filter((toast) => toast.id !== id))
}

/** Says what has happened, and does it for good only when nobody takes it back in time or the page goes away. */
export function doWithUndo(text: string, steps: { undo: () => void; commit: () => void }): void {
  const finish = (step: () => void) => {
    clearTimeout(timer)
    window.removeEventListener('pagehide', leave)
    step()
  }
  const leave = () => finish(steps.commit)
  const timer = setTimeout(() => finish(steps.commit), LASTS)
  window.addEventListener('pagehide', leave)
  showToast(text, { action: { label: 'Undo', run: () => finish(steps.undo) } })
}

function set(next: readonly Toast[]): void {
  toasts = next
  listeners.forEach((listener) => listener())
}
