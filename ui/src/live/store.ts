/** Holds the live state of one project and tells who reads it. */
import type { ApiError } from '@/client/http'
import { EMPTY, type Live } from './model'
import type { Connection } from './socket'

export interface LiveStore {
  get: () => Live
  connection: () => Connection
  /** Why the snapshot could not be read, if it could not. */
  error: () => ApiError | null
  update: (change: (live: Live) => Live) => void
  setConnection: (connection: Connection) => void
  setError: (error: ApiError | null) => void
  subscribe: (listener: () => void) => () => void
}

export function createLiveStore(): LiveStore {
  let live = EMPTY
  let connection: Connection = { phase: 'connecting', failures: 0 }
  let error: ApiError | null = null
  const listeners = new Set<() => void>()
  const tell = () => listeners.forEach((listener) => listener())
  return {
    get: () => live,
    connection: () => connection,
    error: () => error,
    update(change) {
      const next = change(live)
      if (next === live) return
      live = next
      tell()
    },
    setConnection(next) {
      connection = next
      tell()
    },
    setError(next) {
      error = next
      tell()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
