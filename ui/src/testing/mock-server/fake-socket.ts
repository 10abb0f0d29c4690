/** A WebSocket that plays a mock world: replay after `after=`, `ready`, then live, in batches. */
import type { ProjectEvent } from '@/client/protocol'
import type { World } from './world'

const OPEN = 1
const CLOSED = 3

export function createFakeSocket(world: World) {
  return class FakeSocket extends EventTarget {
    static readonly OPEN = OPEN
    static latest: FakeSocket | null = null
    readyState = 0
    onmessage: ((message: { data: string }) => void) | null = null
    onclose: ((event: { code: number }) => void) | null = null
    readonly sent: string[] = []
    private readonly listen = (event: ProjectEvent & { seq: number }) => this.tell({ type: 'batch', messages: [event] })

    constructor(readonly url: string) {
      super()
      FakeSocket.latest = this
      queueMicrotask(() => this.open())
    }

    private open(): void {
      if (this.readyState === CLOSED) return
      this.readyState = OPEN
      const after = Number(new URL(this.url).searchParams.get('after') ?? 0)
      this.tell({ type: 'batch', messages: world.events.filter(({ seq }) => seq > after) })
      this.tell({ type: 'ready' })
      world.listeners.add(this.listen)
    }

    tell(frame: unknown): void {
      this.onmessage?.({ data: JSON.stringify(frame) })
    }

    send(text: string): void {
      this.sent.push(text)
      if (text.includes('ping')) queueMicrotask(() => this.tell({ type: 'pong' }))
    }

    close(code = 1000): void {
      if (this.readyState === CLOSED) return
      this.readyState = CLOSED
      world.listeners.delete(this.listen)
      this.onclose?.({ code })
    }
  }
}
