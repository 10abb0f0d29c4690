/** Which column a card stands in, and where. A column keeps its array as long as nothing in it moves. */
import type { FeatureStatus } from '@/client/types'
import { type Card, type Cards, COLUMN_KEYS, type ColumnKey, type Columns } from './model'

type Compare = (a: Card, b: Card) => number

const byPriority: Compare = (a, b) => a.priority - b.priority || a.id - b.id
const newestFirst: Compare = (a, b) => (b.since ?? 0) - (a.since ?? 0) || b.id - a.id
const oldestFirst: Compare = (a, b) => (a.since ?? 0) - (b.since ?? 0) || a.id - b.id

/** Pending in the order they will be taken; work by how long it runs; what is finished or broke, latest first. */
const ORDER: Readonly<Record<ColumnKey, Compare>> = {
  pending: byPriority,
  in_progress: oldestFirst,
  done: newestFirst,
  failing: newestFirst,
  needs_input: oldestFirst,
}

export function columnOf(status: FeatureStatus): ColumnKey {
  return status === 'passing' ? 'done' : status
}

export function toColumns(cards: Cards): Columns {
  const groups: Record<ColumnKey, Card[]> = { needs_input: [], failing: [], pending: [], in_progress: [], done: [] }
  for (const card of cards.values()) groups[columnOf(card.status)].push(card)
  const columns: Record<ColumnKey, number[]> = { needs_input: [], failing: [], pending: [], in_progress: [], done: [] }
  for (const key of COLUMN_KEYS) columns[key] = groups[key].sort(ORDER[key]).map((card) => card.id)
  return columns
}

/** Whether a change of a card leaves it where it stands. */
export function staysPut(before: Card, after: Card): boolean {
  return before.status === after.status && ORDER[columnOf(after.status)](before, after) === 0
}

export function without(columns: Columns, card: Card): Columns {
  const key = columnOf(card.status)
  return { ...columns, [key]: columns[key].filter((id) => id !== card.id) }
}

export function withCard(columns: Columns, cards: Cards, card: Card): Columns {
  const key = columnOf(card.status)
  const ids = [...columns[key]]
  ids.splice(position(cards, ids, card, ORDER[key]), 0, card.id)
  return { ...columns, [key]: ids }
}

/** Where `card` belongs in `ids`, by bisection. */
function position(cards: Cards, ids: readonly number[], card: Card, order: Compare): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = cards.get(ids[middle] ?? -1)
    if (other && order(other, card) < 0) low = middle + 1
    else high = middle
  }
  return low
}
