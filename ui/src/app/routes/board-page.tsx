import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useCallback } from 'react'

import { Board } from '@/features/board/board'
import { type BoardFilter, parseFilter } from '@/features/board/filter'
import { setOverlay } from '@/lib/overlays'

const CardDrawer = lazy(() => import('@/features/card-drawer/card-drawer'))

export interface BoardSearch extends BoardFilter {
  card?: number
}

/** The board with the drawer of the card that the address names. */
export function BoardPage({ project, search }: { project: string; search: BoardSearch }) {
  const navigate = useNavigate()
  const { card = null, ...filter } = search
  const go = useCallback(
    (change: (before: BoardSearch) => BoardSearch, replace = false) =>
      void navigate({ to: '/p/$project/board', params: { project }, search: change, replace }),
    [navigate, project],
  )
  const open = useCallback((id: number) => go((before) => ({ ...before, card: id })), [go])
  return (
    <div className="flex h-full">
      <div className="min-w-0 grow">
      <Board
        filter={filter}
        onFilter={(next) => go(({ card: kept }) => ({ ...next, ...(kept !== undefined && { card: kept }) }), true)}
        selected={card}
        onOpen={open}
        onNew={() => setOverlay('new-card')}
      />
      </div>
      <Suspense>
        {card !== null && <CardDrawer id={card} onOpen={open} onClose={() => go((before) => parseFilter({ ...before }))} />}
      </Suspense>
    </div>
  )
}
