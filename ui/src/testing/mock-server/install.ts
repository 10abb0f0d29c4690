/** Answers the app's requests inside the page: `VITE_MOCK=1 npm run dev`. Never part of a production bundle. */
import { getResponse } from 'msw'

import { createFakeSocket } from './fake-socket'
import { advance, speak, touch } from './feed'
import { createHandlers } from './handlers'
import { createWorld, type WorldOptions } from './world'

interface MockOptions extends WorldOptions {
  /** Card changes a second, for measuring. */
  rate?: number
  missing?: boolean
}

/** What to show: `sessionStorage.mock = '{"cards":10000,"scenario":"running","rate":50}'`. */
export function installMockServer(): void {
  const options = JSON.parse(sessionStorage.getItem('mock') ?? '{}') as MockOptions
  const world = createWorld(options)
  if (options.missing)
    world.setup.checks = [
      { name: 'Claude login', status: 'missing', detail: 'No login and no API key was found.', remedy: 'Run “claude login”, or put ANTHROPIC_API_KEY into .env.' },
    ]
  const handlers = createHandlers(world)
  const realFetch = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const request = new Request(input, init)
    const answer = new URL(request.url).pathname.startsWith('/api') ? await getResponse(handlers, request) : undefined
    return answer ?? realFetch(input, init)
  }
  const FakeSocket = createFakeSocket(world)
  const RealSocket = window.WebSocket
  window.WebSocket = new Proxy(RealSocket, {
    construct: (real, args: [string, string?]) => (args[0].includes('/ws/projects/') ? new FakeSocket(args[0]) : new real(...args)),
  })
  let tick = 0
  for (; tick < 40; tick++) speak(world, tick)
  setInterval(() => {
    if (world.run.status !== 'running') return
    speak(world, tick++)
    if (tick % 4 === 0 && !options.rate) advance(world, tick >> 2)
  }, 900)
  if (options.rate) {
    let updates = 0
    setInterval(() => touch(world, updates++), 1000 / options.rate)
  }
}
