import { Activity, SearchX, X } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { Button, IconButton } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Empty } from '@/components/surface'
import { plural } from '@/lib/format'
import { type Shortcut, useShortcuts } from '@/lib/shortcuts'
import { useLive, useLiveStore } from '@/live/live-provider'
import type { Entry } from '@/live/model'
import { hasOlder, loadOlder } from '@/live/session'
import { filterEntries, isFiltering, NO_FILTER, toLine } from './activity-filter'
import { ActivityList } from './activity-list'
import { ActivityToolbar } from './activity-toolbar'

const RETRY = 3_000

/** Everything that happened, as it happens. */
export default function ActivityView() {
  const { project, store } = useLiveStore()
  const [filter, setFilter] = useState(NO_FILTER)
  const [selected, setSelected] = useState<Entry | null>(null)
  const { entries, following, setFollowing, missed } = useFollow()
  const shown = useMemo(() => filterEntries(entries, filter), [entries, filter])
  const search = useRef<HTMLInputElement>(null)
  useShortcuts(useMemo<Shortcut[]>(() => [{ key: '/', does: 'Search', run: () => search.current?.focus() }], []))
  const [loading, setLoading] = useState(false)
  const onNearTop = useCallback(() => {
    if (loading || !hasOlder(store.get())) return
    setLoading(true)
    void loadOlder(project, store).then((read) => setTimeout(() => setLoading(false), read ? 0 : RETRY))
  }, [loading, project, store])

  return (
    <div className="flex h-full min-h-0 flex-col">
      <ActivityToolbar
        project={project}
        filter={filter}
        onFilter={setFilter}
        entries={entries}
        shown={shown}
        following={following}
        onFollow={setFollowing}
        searchRef={search}
      />
      <div className="mx-4 mb-4 flex min-h-0 grow flex-col overflow-hidden rounded-lg border-2 border-line bg-surface shadow-md">
        {shown.length ? (
          <ActivityList
            entries={shown}
            following={following}
            onFollow={setFollowing}
            onNearTop={onNearTop}
            selected={selected}
            onSelect={setSelected}
          />
        ) : (
          <Nothing filtering={isFiltering(filter)} onOlder={onNearTop} onClear={() => setFilter(NO_FILTER)} />
        )}
        {missed > 0 && (
          <Button size="sm" tone="primary" className="mx-auto my-1.5" onClick={() => setFollowing(true)}>
            {plural(missed, 'new row')} below
          </Button>
        )}
        {selected && <Whole entry={selected} onClose={() => setSelected(null)} />}
      </div>
    </div>
  )
}

/** The live rows, or those of the moment when the view was frozen (older ones still come in above). */
function useFollow() {
  const live = useLive((state) => state.entries)
  const [frozenAt, setFrozenAt] = useState<number | null>(null)
  const entries = useMemo(() => (frozenAt === null ? live : live.filter(({ seq }) => seq <= frozenAt)), [live, frozenAt])
  const setFollowing = useCallback((following: boolean) => setFrozenAt(following ? null : (live.at(-1)?.seq ?? 0)), [live])
  return { entries, following: frozenAt === null, setFollowing, missed: live.length - entries.length }
}

/** The whole text of a row that is too long for its line. */
function Whole({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  return (
    <section aria-label="Selected row" className="flex max-h-48 shrink-0 items-start gap-2 border-t-2 border-line bg-sunken p-3">
      {/* A text that scrolls has to be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <p tabIndex={0} className="max-h-40 min-w-0 grow overflow-y-auto font-mono text-sm break-words whitespace-pre-wrap">
        {entry.text}
      </p>
      <CopyButton text={toLine(entry)} />
      <IconButton label="Close" size="sm" onClick={onClose}>
        <X size={16} aria-hidden />
      </IconButton>
    </section>
  )
}

function Nothing({ filtering, onOlder, onClear }: { filtering: boolean; onOlder: () => void; onClear: () => void }) {
  // What is looked for may lie further back than what was read.
  useEffect(() => {
    if (filtering) onOlder()
  }, [filtering, onOlder])
  return filtering ? (
    <Empty icon={<SearchX aria-hidden />} title="No row matches" actions={<Button onClick={onClear}>Clear the filter</Button>} />
  ) : (
    <Empty icon={<Activity aria-hidden />} title="Nothing has happened yet">
      What the agents say and do appears here, and stays.
    </Empty>
  )
}
