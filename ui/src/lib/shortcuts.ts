/** Keyboard shortcuts. Plain letters never fire with a modifier held or while somebody types. */
import { useEffect } from 'react'

export interface Shortcut {
  /** As `event.key` says it; `mod+k` is Ctrl+K or Cmd+K. */
  readonly key: string
  readonly does: string
  readonly run: () => void
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** Which of `shortcuts` an event asks for. */
export function match(shortcuts: readonly Shortcut[], event: KeyboardEvent): Shortcut | undefined {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.altKey) return undefined
  if (event.ctrlKey || event.metaKey) return shortcuts.find(({ key }) => key === `mod+${event.key.toLowerCase()}`)
  if (isTyping(event.target)) return undefined
  return shortcuts.find(({ key }) => key === event.key || key === event.key.toLowerCase())
}

/** Listens while mounted. Give it a memoised list, or it listens anew on every render. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const shortcut = match(shortcuts, event)
      if (!shortcut) return
      event.preventDefault()
      shortcut.run()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [shortcuts])
}
