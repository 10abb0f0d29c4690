/** A project's socket: reconnects with its last `seq`, backs off, and hands frames over once per animation frame. */
import { type ControlFrame, decodeFrames, type ProjectEvent } from '@/client/protocol'

export type RefusedCode = 4001 | 4003 | 4004

export type Connection =
  | { readonly phase: 'connecting'; readonly failures: number }
  | { readonly phase: 'live' }
  /** Not connected after so many tries in a row; the next is at `retryAt` (milliseconds since the epoch). */
  | { readonly phase: 'offline'; readonly retryAt: number; readonly failures: number }
  /** The server said no and would say it again: wrong sign-in (4001), origin (4003) or project (4004). */
  | { readonly phase: 'refused'; readonly code: RefusedCode }

export interface SocketHandlers {
  /** Events in order, at most once per frame. */
  onEvents: (events: ProjectEvent[]) => void
  onConnection: (connection: Connection) => void
  /** The events asked for are gone: the snapshot has to be read again. */
  onReset: (frame: { oldest: number; newest: number }) => void
  /** The last event that is known, for `after=`. */
  lastSeq: () => number
}

const TOO_SLOW = 4008
const FIRST_WAIT = 500
const LONGEST_WAIT = 15_000
const PING_EVERY = 25_000
const HIDDEN_FLUSH = 250

/** Connects, and stays connected until the returned function is called. */
export function openSocket(project: string, handlers: SocketHandlers): () => void {
  let socket: WebSocket | null = null
  let failures = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let heard = true
  let stopped = false
  const queue = createFrameQueue(handlers.onEvents)

  function connect(): void {
    clearTimeout(retry)
    handlers.onConnection({ phase: 'connecting', failures })
    heard = true
    const mine = new WebSocket(socketUrl(project, handlers.lastSeq()))
    socket = mine
    mine.onmessage = (message: MessageEvent<unknown>) => {
      heard = true
      if (mine !== socket || typeof message.data !== 'string') return
      for (const frame of decodeFrames(message.data)) receive(frame)
    }
    mine.onclose = ({ code }) => {
      if (mine === socket) closed(code)
    }
  }

  function receive(frame: ProjectEvent | ControlFrame): void {
    if (frame.type === 'ready') {
      failures = 0
      queue.flush()
      handlers.onConnection({ phase: 'live' })
    } else if (frame.type === 'reset') {
      queue.flush()
      handlers.onReset(frame)
    } else if (frame.type !== 'pong') {
      queue.push(frame)
    }
  }

  function closed(code: number): void {
    socket = null
    if (stopped) return
    queue.flush()
    if (code === 4001 || code === 4003 || code === 4004) {
      stopped = true
      handlers.onConnection({ phase: 'refused', code })
      return
    }
    const wait = code === TOO_SLOW ? 0 : backoff(failures++)
    handlers.onConnection({ phase: 'offline', retryAt: Date.now() + wait, failures })
    retry = setTimeout(connect, wait)
  }

  function drop(): void {
    const mine = socket
    if (!mine) return
    mine.onclose = null
    mine.close()
    closed(1006)
  }

  /** A laptop that wakes up or comes back into the network does not wait for the timer. */
  function hurry(): void {
    if (!socket && !stopped) connect()
  }

  const heartbeat = setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return
    if (!heard) return drop()
    heard = false
    socket.send('{"type":"ping"}')
  }, PING_EVERY)
  window.addEventListener('online', hurry)
  document.addEventListener('visibilitychange', hurry)
  connect()

  return () => {
    stopped = true
    clearTimeout(retry)
    clearInterval(heartbeat)
    queue.stop()
    window.removeEventListener('online', hurry)
    document.removeEventListener('visibilitychange', hurry)
    socket?.close(1000)
    socket = null
  }
}

function socketUrl(project: string, after: number): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return `${scheme}://${location.host}/ws/projects/${encodeURIComponent(project)}?after=${after}&batch=1`
}

/** 0.5 s doubling to 15 s, with jitter so that many tabs do not come back in the same instant. */
function backoff(failures: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures) * (0.75 + Math.random() / 2)
}

/** Collects events and hands them over once per animation frame; a hidden page gets no frames, so a timer stands in. */
function createFrameQueue(deliver: (events: ProjectEvent[]) => void) {
  let waiting: ProjectEvent[] = []
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = undefined
    if (!waiting.length) return
    const events = waiting
    waiting = []
    deliver(events)
  }

  return {
    push(event: ProjectEvent): void {
      waiting.push(event)
      if (waiting.length > 1) return
      frame = requestAnimationFrame(flush)
      timer = setTimeout(flush, HIDDEN_FLUSH)
    },
    flush,
    stop(): void {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      waiting = []
    },
  }
}
