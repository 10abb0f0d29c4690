import { useSyncExternalStore } from 'react'

/** Whether a media query holds, renewed when that changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}

/** Wide enough for columns side by side. */
export const useWide = (): boolean => useMedia('(min-width: 48rem)')
