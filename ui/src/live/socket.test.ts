import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { ProjectEvent } from '@/client/protocol'
import { type Connection, openSocket } from './socket'

class TestSocket {
  static readonly OPEN = 1
  static all: TestSocket[] = []
  readyState = 1
  onmessage: ((message: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: string[] = []
  closed: number | null = null
  constructor(readonly url: string) {
    TestSocket.all.push(this)
  }
  say(...frames: unknown[]) {
    for (const frame of frames) this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) })
  }
  send(text: string) {
    this.sent.push(text)
  }
  close(code = 1000) {
    this.closed = code
  }
}

const log = (seq: number) => ({ type: 'log', seq, timestamp: '', line: `${seq}`, level: 'info' })
const last = () => TestSocket.all.at(-1)!

let seen: ProjectEvent[][]
let states: Connection[]
let resets: number
let seq: number
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', TestSocket)
  TestSocket.all = []
  seen = []
  states = []
  resets = 0
  seq = 5
  stop = openSocket('my project', {
    onEvents: (events) => {
      seen.push(events)
      seq = events.at(-1)?.seq ?? seq
    },
    onConnection: (state) => states.push(state),
    onReset: () => (resets += 1),
    lastSeq: () => seq,
  })
})

afterEach(() => {
  stop()
  vi.useRealTimers()
})

describe('openSocket', () => {
  it('asks for what comes after the last event, in batches', () => {
    expect(last().url).toMatch(/^ws:\/\/.*\/ws\/projects\/my%20project\?after=5&batch=1$/)
  })

  it('hands over everything of one frame at once, batches unpacked', () => {
    last().say({ type: 'batch', messages: [log(6), log(7)] }, log(8))
    expect(seen).toEqual([])
    vi.advanceTimersToNextFrame()
    expect(seen.map((events) => events.map((event) => event.seq))).toEqual([[6, 7, 8]])
  })

  it('hands over without frames too: a hidden page gets none', () => {
    vi.stubGlobal('requestAnimationFrame', () => 1)
    last().say(log(6))
    vi.advanceTimersByTime(250)
    expect(seen).toHaveLength(1)
  })

  it('leaves out what it does not know', () => {
    last().say('no json', { type: 'from_the_future', seq: 6 }, 'null', { type: 'error', detail: 'x' })
    vi.advanceTimersByTime(300)
    expect(seen).toEqual([])
  })

  it('is live when the replay is over', () => {
    last().say(log(6), { type: 'ready', seq: 6 })
    expect(seen).toHaveLength(1)
    expect(states.at(-1)).toEqual({ phase: 'live' })
  })

  it('comes back after what it saw last, later each time', () => {
    last().say(log(6), { type: 'ready' })
    last().onclose?.({ code: 1006 })
    expect(states.at(-1)).toMatchObject({ phase: 'offline', failures: 1 })
    vi.advanceTimersByTime(700)
    expect(TestSocket.all).toHaveLength(2)
    expect(last().url).toContain('after=6')
    last().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(700)
    expect(TestSocket.all).toHaveLength(2)
    vi.advanceTimersByTime(700)
    expect(TestSocket.all).toHaveLength(3)
  })

  it('comes back at once when it was too slow', () => {
    last().onclose?.({ code: 4008 })
    vi.advanceTimersByTime(0)
    expect(TestSocket.all).toHaveLength(2)
  })

  it.each([4001, 4003, 4004])('does not come back after %i', (code) => {
    last().onclose?.({ code })
    vi.advanceTimersByTime(60_000)
    window.dispatchEvent(new Event('online'))
    expect(TestSocket.all).toHaveLength(1)
    expect(states.at(-1)).toEqual({ phase: 'refused', code })
  })

  it('does not wait for its timer when the network is back', () => {
    last().onclose?.({ code: 1006 })
    window.dispatchEvent(new Event('online'))
    expect(TestSocket.all).toHaveLength(2)
  })

  it('says when the events it asked for are gone', () => {
    last().say({ type: 'reset', oldest: 100, newest: 200 })
    expect(resets).toBe(1)
  })

  it('gives up a connection that no longer answers', () => {
    vi.advanceTimersByTime(25_000)
    expect(last().sent).toEqual(['{"type":"ping"}'])
    last().say({ type: 'pong' })
    vi.advanceTimersByTime(25_000)
    expect(TestSocket.all).toHaveLength(1)
    vi.advanceTimersByTime(26_000)
    expect(TestSocket.all[0]?.closed).toBe(1000)
    expect(TestSocket.all).toHaveLength(2)
  })

  it('is quiet after it was stopped', () => {
    last().say(log(6))
    stop()
    vi.advanceTimersByTime(60_000)
    expect(seen).toEqual([])
    expect(last().closed).toBe(1000)
  })
})
