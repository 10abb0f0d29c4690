import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, SearchX, X } from 'lucide-react'
import { useMemo, useState } from 'react'

import { ApiError } from '@/client/http'
import { featureQuery } from '@/client/queries'
import type { Feature } from '@/client/types'
import { IconButton } from '@/components/button'
import { Drawer } from '@/components/drawer'
import { Empty, Skeleton } from '@/components/surface'
import { TabPanel, Tabs } from '@/components/tabs'
import { useMedia } from '@/lib/media'
import { type Shortcut, useShortcuts } from '@/lib/shortcuts'
import { columnOf } from '@/live/columns'
import { useLive, useProjectName } from '@/live/live-provider'
import { CardActions } from './card-actions'
import { CardLog } from './card-log'
import { Checks } from './checks'
import { Details } from './details'
import { Diff } from './diff'
import { DrawerHeader } from './drawer-header'
import { EditCard } from './edit-card'
import { Timeline } from './timeline'

interface CardDrawerProps {
  id: number
  onOpen: (id: number) => void
  onClose: () => void
}

const TABS = [
  { value: 'card', label: 'Card' },
  { value: 'checks', label: 'Checks' },
  { value: 'diff', label: 'Diff' },
  { value: 'timeline', label: 'Timeline' },
  { value: 'log', label: 'Log' },
]

/** Everything about one card. */
export default function CardDrawer({ id, onOpen, onClose }: CardDrawerProps) {
  const project = useProjectName()
  const feature = useQuery(featureQuery(project, id))
  const roomy = useMedia('(min-width: 64rem)')
  const neighbours = useNeighbours(id)
  const [tab, setTab] = useState('card')
  const [editing, setEditing] = useState(false)
  const step = (to: number | undefined) => {
    setEditing(false)
    if (to !== undefined) onOpen(to)
  }
  const { previous, next } = neighbours
  useShortcuts(
    useMemo<Shortcut[]>(
      () => [
        { key: 'j', does: 'Next card', run: () => next !== undefined && onOpen(next) },
        { key: 'k', does: 'Previous card', run: () => previous !== undefined && onOpen(previous) },
      ],
      [next, previous, onOpen],
    ),
  )
  const missing = feature.error instanceof ApiError && feature.error.status === 404
  return (
    <Drawer
      open
      onClose={onClose}
      modal={!roomy}
      title={feature.data ? `Card ${id}: ${feature.data.name}` : `Card ${id}`}
      header={
        <div className="flex items-start gap-1">
          <div className="min-w-0 grow">{feature.data ? <DrawerHeader feature={feature.data} /> : <Skeleton className="h-12" />}</div>
          <IconButton label="Previous card (K)" size="sm" disabled={previous === undefined} onClick={() => step(previous)}>
            <ChevronLeft size={18} aria-hidden />
          </IconButton>
          <IconButton label="Next card (J)" size="sm" disabled={next === undefined} onClick={() => step(next)}>
            <ChevronRight size={18} aria-hidden />
          </IconButton>
          <IconButton label="Close" size="sm" onClick={onClose}>
            <X size={18} aria-hidden />
          </IconButton>
        </div>
      }
      footer={
        feature.data && !editing && <CardActions feature={feature.data} onEdit={() => setEditing(true)} onGone={onClose} />
      }
    >
      {missing && (
        <Empty icon={<SearchX aria-hidden />} title={`There is no card #${id}`}>
          It may have been deleted.
        </Empty>
      )}
      {feature.data && editing && <EditCard key={id} feature={feature.data} onDone={() => setEditing(false)} />}
      {feature.data && !editing && <Body feature={feature.data} tab={tab} onTab={setTab} onOpen={onOpen} />}
    </Drawer>
  )
}

interface BodyProps {
  feature: Feature
  tab: string
  onTab: (tab: string) => void
  onOpen: (id: number) => void
}

function Body({ feature, tab, onTab, onOpen }: BodyProps) {
  return (
    <Tabs label="Parts of the card" tabs={TABS} value={tab} onChange={onTab} className="-mt-1 grid gap-4">
      <TabPanel value="card">
        <Details feature={feature} onOpen={onOpen} />
      </TabPanel>
      <TabPanel value="checks">
        <Checks feature={feature} />
      </TabPanel>
      <TabPanel value="diff">
        <Diff id={feature.id} />
      </TabPanel>
      <TabPanel value="timeline">
        <Timeline id={feature.id} onOpen={onOpen} />
      </TabPanel>
      <TabPanel value="log">
        <CardLog key={feature.id} id={feature.id} />
      </TabPanel>
    </Tabs>
  )
}

/** The cards before and after this one in its column. */
function useNeighbours(id: number): { previous: number | undefined; next: number | undefined } {
  const status = useLive((live) => live.cards.get(id)?.status)
  const column = useLive((live) => (status ? live.columns[columnOf(status)] : null))
  const at = column?.indexOf(id) ?? -1
  return at < 0 ? { previous: undefined, next: undefined } : { previous: column?.[at - 1], next: column?.[at + 1] }
}
