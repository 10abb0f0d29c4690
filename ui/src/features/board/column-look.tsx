import { CircleCheckBig, Hand, Hammer, Inbox, TriangleAlert } from 'lucide-react'

import type { ColumnKey } from '@/live/model'

interface Look {
  word: string
  Icon: typeof Inbox
  fill: string
  /** The height of a card in rem, the gap below it included: equal heights keep ten thousand of them cheap. */
  rows: number
  empty: string
}

export const LOOKS: Record<ColumnKey, Look> = {
  needs_input: { word: 'Needs you', Icon: Hand, fill: 'bg-needs', rows: 8.875, empty: '' },
  failing: { word: 'Failing', Icon: TriangleAlert, fill: 'bg-failing', rows: 8.875, empty: '' },
  pending: { word: 'Pending', Icon: Inbox, fill: 'bg-pending', rows: 5.875, empty: 'Nothing waits. New cards appear here.' },
  in_progress: { word: 'In progress', Icon: Hammer, fill: 'bg-progress', rows: 8.875, empty: 'No agent is on a card right now.' },
  done: { word: 'Done', Icon: CircleCheckBig, fill: 'bg-proven', rows: 5.875, empty: 'Cards arrive here when their check passes.' },
}

/** Needs you and Failing show up only when there is something in them. */
export const ALWAYS: ReadonlySet<ColumnKey> = new Set(['pending', 'in_progress', 'done'])
