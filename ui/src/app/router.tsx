import { createRootRoute, createRoute, createRouter, Link, Outlet, redirect, type RouterHistory } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { lazy, Suspense } from 'react'

import { buttonClass } from '@/components/button'
import { Empty } from '@/components/surface'
import { parseFilter } from '@/features/board/filter'
import { Home } from '@/features/home/home'
import { SetupBanner } from '@/features/setup/setup-banner'
import { Overlays } from './overlays'
import { BoardPage, type BoardSearch } from './routes/board-page'
import { ProjectLayout } from './project-layout'
import { TopBar } from './top-bar'

const Wizard = lazy(() => import('@/features/new-project/wizard'))
const ActivityView = lazy(() => import('@/features/activity/activity-view'))
const AgentsView = lazy(() => import('@/features/agents/agents-view'))
const SettingsView = lazy(() => import('@/features/settings/settings-view'))

const rootRoute = createRootRoute({
  component: () => (
    <Suspense>
      <Outlet />
    </Suspense>
  ),
  notFoundComponent: () => (
    <Plain>
      <Empty icon={<Compass aria-hidden />} title="There is no such page" actions={<Link to="/" className={buttonClass('primary')}>All projects</Link>} />
    </Plain>
  ),
})

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: () => (
    <Plain>
      <Home />
    </Plain>
  ),
})

const newRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/new',
  validateSearch: (search: Record<string, unknown>): { mode?: 'import' } => (search['mode'] === 'import' ? { mode: 'import' } : {}),
  component: function New() {
    const { mode } = newRoute.useSearch()
    return (
      <Plain>
        <Wizard importing={mode === 'import'} />
      </Plain>
    )
  },
})

const projectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/p/$project',
  component: function Project() {
    return <ProjectLayout project={projectRoute.useParams().project} />
  },
})

const indexRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    // TanStack Router takes a thrown redirect as the answer.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({ to: '/p/$project/board', params })
  },
})

const boardRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: '/board',
  validateSearch: (search: Record<string, unknown>): BoardSearch => {
    const card = Number(search['card'])
    return { ...parseFilter(search), ...(Number.isInteger(card) && card > 0 && { card }) }
  },
  component: function BoardRoute() {
    return <BoardPage project={boardRoute.useParams().project} search={boardRoute.useSearch()} />
  },
})

const activityRoute = createRoute({ getParentRoute: () => projectRoute, path: '/activity', component: () => <ActivityView /> })
const agentsRoute = createRoute({ getParentRoute: () => projectRoute, path: '/agents', component: () => <AgentsView /> })
const settingsRoute = createRoute({ getParentRoute: () => projectRoute, path: '/settings', component: () => <SettingsView /> })

/** A page without a project around it. */
function Plain({ children }: { children: React.ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <TopBar />
      <div className="px-4 pt-3 empty:hidden">
        <SetupBanner />
      </div>
      <main className="grow">{children}</main>
      <Overlays />
    </div>
  )
}

const routeTree = rootRoute.addChildren([
  homeRoute,
  newRoute,
  projectRoute.addChildren([indexRoute, boardRoute, activityRoute, agentsRoute, settingsRoute]),
])

/** `history` is the browser's, unless a test brings its own. */
export function createAppRouter(history?: RouterHistory) {
  return createRouter({ routeTree, defaultPreload: 'intent', ...(history && { history }) })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
