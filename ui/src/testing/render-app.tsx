import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { vi } from 'vitest'

import { createQueryClient, Providers } from '@/app/providers'
import { createAppRouter } from '@/app/router'
import { createFakeSocket } from './mock-server/fake-socket'
import { createHandlers } from './mock-server/handlers'
import { createWorld, type World } from './mock-server/world'
import { server } from './server'

/** The whole app at an address, over a mock world that the test may go on changing. */
export function renderApp(path: string, world: World = createWorld()) {
  const FakeSocket = createFakeSocket(world)
  vi.stubGlobal('WebSocket', FakeSocket)
  server.use(...createHandlers(world))
  const router = createAppRouter(createMemoryHistory({ initialEntries: [path] }))
  const view = render(
    <Providers client={createQueryClient()}>
      <RouterProvider router={router} />
    </Providers>,
  )
  return { ...view, world, router, FakeSocket, user: userEvent.setup() }
}
