/** The theme: the system's, unless a person chose one. `public/theme.js` reads the same key before the first paint. */
export type Theme = 'light' | 'dark' | 'system'

const KEY = 'autocoder.theme'
const listeners = new Set<() => void>()

export function getTheme(): Theme {
  const stored = read()
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function setTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // storage refused: the choice lasts as long as the page
  }
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  listeners.forEach((listener) => listener())
}

export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return document.documentElement.dataset['theme'] ?? null
  }
}
