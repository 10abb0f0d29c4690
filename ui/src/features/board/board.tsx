import { FileText, Plus, SearchX } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'

import { Button } from '@/components/button'
import { Empty, Skeleton } from '@/components/surface'
import { TabPanel, Tabs } from '@/components/tabs'
import { useWide } from '@/lib/media'
import { type Shortcut, useShortcuts } from '@/lib/shortcuts'
import { countCards } from '@/live/counts'
import { useLive } from '@/live/live-provider'
import { COLUMN_KEYS, type ColumnKey, type Columns } from '@/live/model'
import { BoardColumn } from './board-column'
import { ALWAYS, LOOKS } from './column-look'
import { type BoardFilter, filterColumns, isFiltering } from './filter'
import { FilterBar } from './filter-bar'

interface BoardProps {
  filter: BoardFilter
  onFilter: (filter: BoardFilter) => void
  selected: number | null
  onOpen: (id: number) => void
  onNew: () => void
}

/** The backlog as columns. */
export function Board({ filter, onFilter, selected, onOpen, onNew }: BoardProps) {
  const loaded = useLive((live) => live.loaded)
  const columns = useLive((live) => live.columns)
  const shown = useShown(columns, filter)
  const wide = useWide()
  const search = useRef<HTMLInputElement>(null)
  useShortcuts(useMemo<Shortcut[]>(() => [{ key: '/', does: 'Search', run: () => search.current?.focus() }], []))

  if (!loaded) return <BoardSkeleton />
  const total = COLUMN_KEYS.reduce((sum, key) => sum + columns[key].length, 0)
  if (total === 0) return <NoCards onNew={onNew} />
  const found = COLUMN_KEYS.reduce((sum, key) => sum + shown[key].length, 0)
  const visible = COLUMN_KEYS.filter((key) => ALWAYS.has(key) || columns[key].length > 0)
  const area = { columns, shown, visible, selected, onOpen }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <FilterBar filter={filter} onFilter={onFilter} onNew={onNew} searchRef={search} />
      {found === 0 ? (
        <Empty icon={<SearchX aria-hidden />} title="No card matches" actions={<Button onClick={() => onFilter({})}>Clear the filter</Button>}>
          None of the {total.toLocaleString('en-US')} cards fits what you search for.
        </Empty>
      ) : wide ? (
        <WideBoard {...area} />
      ) : (
        <NarrowBoard {...area} />
      )}
      <p role="status" className="sr-only">
        {isFiltering(filter) && `${found} of ${total} cards match`}
      </p>
    </div>
  )
}

interface AreaProps {
  columns: Columns
  shown: Columns
  visible: readonly ColumnKey[]
  selected: number | null
  onOpen: (id: number) => void
}

function WideBoard({ columns, shown, visible, selected, onOpen }: AreaProps) {
  const blocked = useLive((live) => countCards(live.cards).blocked)
  return (
    <div className="grid min-h-0 grow auto-cols-[minmax(16rem,1fr)] grid-flow-col grid-rows-[minmax(0,1fr)] gap-4 overflow-x-auto px-4 pt-1">
      {visible.map((key) => (
        <BoardColumn
          key={key}
          column={key}
          ids={shown[key]}
          total={columns[key].length}
          note={key === 'pending' && blocked ? `${blocked.toLocaleString('en-US')} blocked` : undefined}
          selected={selected}
          onOpen={onOpen}
        />
      ))}
    </div>
  )
}

/** On a phone one column at a time; what needs a person comes first. */
function NarrowBoard({ columns, shown, visible, selected, onOpen }: AreaProps) {
  const [chosen, setChosen] = useState<ColumnKey | null>(null)
  const current = chosen && visible.includes(chosen) ? chosen : columns.in_progress.length ? 'in_progress' : 'pending'
  const tabs = visible.map((key) => {
    const { word, Icon } = LOOKS[key]
    // With more columns than fit, only the chosen one is spelled out: none may be out of sight.
    const short = visible.length > ALWAYS.size && key !== current
    return {
      value: key,
      label: (
        <>
          <Icon size={short ? 18 : 15} aria-hidden />
          <span className={short ? 'sr-only' : undefined}>{word}</span>
          <span className="tabular">{shown[key].length.toLocaleString('en-US')}</span>
        </>
      ),
    }
  })
  return (
    <Tabs label="Columns" tabs={tabs} value={current} onChange={(key) => setChosen(key as ColumnKey)} className="flex min-h-0 grow flex-col gap-1 px-3">
      <TabPanel value={current} className="min-h-0 grow">
        <BoardColumn bare column={current} ids={shown[current]} total={columns[current].length} selected={selected} onOpen={onOpen} />
      </TabPanel>
    </Tabs>
  )
}

/** The filtered columns. Without a filter they are the live ones, so a changed card costs nothing here. */
function useShown(columns: Columns, filter: BoardFilter): Columns {
  const filtering = isFiltering(filter)
  const cards = useLive((live) => (filtering ? live.cards : null))
  return useMemo(() => (cards ? filterColumns(columns, cards, filter) : columns), [columns, cards, filter])
}

function NoCards({ onNew }: { onNew: () => void }) {
  const running = useLive((live) => live.run.status === 'running')
  return (
    <Empty
      icon={<FileText aria-hidden />}
      title="No cards yet"
      actions={
        <Button onClick={onNew} icon={<Plus size={16} aria-hidden />}>
          Write a card yourself
        </Button>
      }
    >
      {running ? (
        'The first session is reading the specification and writes the cards. It takes a few minutes.'
      ) : (
        <>
          Press <strong>Start</strong>: the first session reads the specification and writes the cards. It takes a few minutes.
        </>
      )}
    </Empty>
  )
}

function BoardSkeleton() {
  return (
    <div className="grid grid-cols-1 gap-4 p-4 pt-16 md:grid-cols-3" aria-busy="true" aria-label="Loading the board">
      {[0, 1, 2].map((column) => (
        <div key={column} className="grid content-start gap-2.5">
          <Skeleton className="h-7 w-32" />
          <Skeleton className="h-24" />
          <Skeleton className="h-24" />
          <Skeleton className="h-24" />
        </div>
      ))}
    </div>
  )
}
