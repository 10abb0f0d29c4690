import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { FolderX, StickyNote } from 'lucide-react'
import { lazy, Suspense, useCallback, useSyncExternalStore } from 'react'

import { buttonClass } from '@/components/button'
import { Empty } from '@/components/surface'
import { useAttention } from '@/features/attention/use-attention'
import { toPredicate } from '@/features/board/filter'
import type { PaletteItem } from '@/features/command-palette'
import { RunHeader } from '@/features/run-header/run-header'
import { getOverlay, setOverlay, subscribeOverlay } from '@/lib/overlays'
import { LiveProvider, useLiveStore, useSnapshotError } from '@/live/live-provider'
import { ConnectionBanner, ConnectionChip } from './connection'
import { Overlays } from './overlays'
import { TopBar, ViewLinks } from './top-bar'

const NewCardDialog = lazy(() => import('@/features/card-drawer/new-card-dialog'))
const FOUND = 12

/** Everything around the views of one project. */
export function ProjectLayout({ project }: { project: string }) {
  return (
    <LiveProvider key={project} project={project}>
      <Frame project={project} />
    </LiveProvider>
  )
}

function Frame({ project }: { project: string }) {
  useAttention()
  const openCard = useOpenCard(project)
  const search = useCardSearch(openCard)
  const overlay = useSyncExternalStore(subscribeOverlay, getOverlay)
  const gone = useSnapshotError()?.status === 404
  if (gone) return <NoProject project={project} />
  return (
    <div className="flex h-dvh flex-col">
      <TopBar project={project} aside={<ConnectionChip />} />
      <RunHeader onOpenCard={openCard} />
      <ConnectionBanner />
      <main className="min-h-0 grow">
        <h1 className="sr-only">{project}</h1>
        <Outlet />
      </main>
      <ViewLinks project={project} stacked className="flex shrink-0 gap-1 border-t-2 border-line bg-surface p-1 md:hidden" />
      <Overlays project={project} search={search} />
      <Suspense>{overlay === 'new-card' && <NewCardDialog project={project} onClose={() => setOverlay(null)} />}</Suspense>
    </div>
  )
}

function NoProject({ project }: { project: string }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <TopBar />
      <main className="grow">
        <Empty
          icon={<FolderX aria-hidden />}
          title={`There is no project named ${project}`}
          actions={
            <Link to="/" className={buttonClass('primary')}>
              All projects
            </Link>
          }
        >
          It may have been removed from the list, or renamed.
        </Empty>
      </main>
      <Overlays />
    </div>
  )
}

function useOpenCard(project: string): (card: number) => void {
  const navigate = useNavigate()
  return useCallback(
    (card: number) => void navigate({ to: '/p/$project/board', params: { project }, search: (before) => ({ ...before, card }) }),
    [navigate, project],
  )
}

function useCardSearch(openCard: (card: number) => void): (text: string) => readonly PaletteItem[] {
  const { store } = useLiveStore()
  return useCallback(
    (text: string) => {
      const fits = toPredicate({ q: text })
      const found: PaletteItem[] = []
      for (const card of store.get().cards.values()) {
        if (!fits(card)) continue
        const { id, name } = card
        found.push({ id: `card-${id}`, group: `#${id}`, text: name, icon: <StickyNote size={18} aria-hidden />, run: () => openCard(id) })
        if (found.length === FOUND) break
      }
      return found
    },
    [store, openCard],
  )
}
