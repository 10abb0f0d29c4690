import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useState, useSyncExternalStore } from 'react'

import type { Live } from './model'
import { startSession } from './session'
import type { Connection } from './socket'
import { createLiveStore, type LiveStore } from './store'

const LiveContext = createContext<{ project: string; store: LiveStore } | null>(null)

/** Opens the project's live state for everything below. Give it `key={project}`. */
export function LiveProvider({ project, children }: { project: string; children: ReactNode }) {
  const queries = useQueryClient()
  const [store] = useState(createLiveStore)
  useEffect(() => startSession(project, store, queries), [project, store, queries])
  return <LiveContext value={{ project, store }}>{children}</LiveContext>
}

/** For tests and previews: a store somebody else fills. */
export function LiveStoreProvider(props: { project: string; store: LiveStore; children: ReactNode }) {
  return <LiveContext value={{ project: props.project, store: props.store }}>{props.children}</LiveContext>
}

export function useLiveStore(): { project: string; store: LiveStore } {
  const context = use(LiveContext)
  if (!context) throw new Error('useLive needs a LiveProvider above it')
  return context
}

export const useProjectName = (): string => useLiveStore().project

/** A part of the live state; renders again only when that part is another object. */
export function useLive<T>(select: (live: Live) => T): T {
  const { store } = useLiveStore()
  return useSyncExternalStore(store.subscribe, () => select(store.get()))
}

export function useConnection(): Connection {
  const { store } = useLiveStore()
  return useSyncExternalStore(store.subscribe, store.connection)
}

export function useSnapshotError() {
  const { store } = useLiveStore()
  return useSyncExternalStore(store.subscribe, store.error)
}
