/** Opens a project: snapshot first, then the socket from exactly where the snapshot ends. */
import type { QueryClient } from '@tanstack/react-query'

import { ApiError } from '@/client/http'
import { agentStatusQuery, boardQuery, featureQuery, fetchHistory, usageQuery } from '@/client/queries'
import type { ProjectEvent } from '@/client/protocol'
import { applyEvents, KEPT_ENTRIES, prependHistory, seedAgents, seedBoard } from './apply-event'
import type { Live } from './model'
import { openSocket } from './socket'
import type { LiveStore } from './store'

export const HISTORY_PAGE = 200
const USAGE_EVERY = 2_000
const RETRY_SNAPSHOT = 3_000

/** Keeps `store` current until the returned function is called. */
export function startSession(project: string, store: LiveStore, queries: QueryClient): () => void {
  const abort = new AbortController()
  let closeSocket = () => {
    /* nothing open yet */
  }
  let retry: ReturnType<typeof setTimeout> | undefined
  const refreshUsage = throttle(USAGE_EVERY, () => {
    void queries.invalidateQueries({ queryKey: usageQuery(project).queryKey })
    void queries.invalidateQueries({ queryKey: agentStatusQuery(project).queryKey })
    void queries.invalidateQueries({ predicate: ({ queryKey: [, of, what, , part] }) => of === project && what === 'feature' && part === 'usage' })
  })

  async function readSnapshot(): Promise<boolean> {
    try {
      const [board, agents] = await Promise.all([
        queries.query({ ...boardQuery(project), staleTime: 0 }),
        queries.query({ ...agentStatusQuery(project), staleTime: 0 }),
      ])
      if (abort.signal.aborted) return false
      store.setError(null)
      store.update((live) => seedAgents(seedBoard(live, board), agents))
      return true
    } catch (error) {
      if (abort.signal.aborted) return false
      store.setError(error instanceof ApiError ? error : new ApiError('error', 0, String(error)))
      if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500)
        retry = setTimeout(() => void open(), RETRY_SNAPSHOT)
      return false
    }
  }

  function onEvents(events: ProjectEvent[]): void {
    store.update((live) => applyEvents(live, events))
    const touched = new Set<number>()
    for (const event of events) {
      if (event.type === 'usage' || event.type === 'session') refreshUsage()
      if (event.type === 'feature_update' || event.type === 'verification') touched.add(event.feature_id)
    }
    for (const id of touched) void queries.invalidateQueries({ queryKey: featureQuery(project, id).queryKey })
  }

  async function open(): Promise<void> {
    if (!(await readSnapshot())) return
    closeSocket = openSocket(project, {
      onEvents,
      onConnection: store.setConnection,
      onReset: startOver,
      lastSeq: () => store.get().lastSeq,
    })
    await loadOlder(project, store, abort.signal)
  }

  /** What the socket would have told is gone: read the snapshot again, and the socket goes on from there. */
  function startOver(): void {
    closeSocket()
    store.update((live) => ({ ...live, entries: [], oldestRead: null, historyComplete: false }))
    void open()
  }

  void open()
  return () => {
    abort.abort()
    clearTimeout(retry)
    refreshUsage.cancel()
    closeSocket()
  }
}

/** Whether there is more of the past, and room for it. */
export const hasOlder = (live: Live): boolean => !live.historyComplete && live.entries.length + HISTORY_PAGE <= KEPT_ENTRIES

/** Reads one more page of the past into the store. False when it could not be read. */
export async function loadOlder(project: string, store: LiveStore, signal?: AbortSignal): Promise<boolean> {
  const live = store.get()
  if (!hasOlder(live)) return true
  const before = live.oldestRead ?? live.lastSeq + 1
  try {
    const { events } = await fetchHistory(project, { before, limit: HISTORY_PAGE, ...(signal && { signal }) })
    store.update((now) => prependHistory(now, events, events.length < HISTORY_PAGE))
    return true
  } catch {
    return false
  }
}

/** Runs `action` at most once in `every` milliseconds, and once more after the last call. */
function throttle(every: number, action: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const run = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      action()
    }, every)
  }
  run.cancel = () => clearTimeout(timer)
  return run
}
