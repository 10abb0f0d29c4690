/** Which cards the board shows. The filter lives in the address bar. */
import type { Card, Cards, Columns } from '@/live/model'
import { COLUMN_KEYS, type ColumnKey } from '@/live/model'

export interface BoardFilter {
  q?: string
  category?: string
  proof?: string
  agent?: string
}

export const PROOF_CHOICES = ['proven', 'guarded', 'green', 'unproven', 'stale', 'blocked'] as const

/** Reads a filter out of search parameters; what is not a word is no filter. */
export function parseFilter(search: Record<string, unknown>): BoardFilter {
  const filter: BoardFilter = {}
  for (const name of ['q', 'category', 'proof', 'agent'] as const) {
    const value = search[name]
    if (typeof value === 'string' && value) filter[name] = value
    if (typeof value === 'number') filter[name] = String(value)
  }
  return filter
}

export const isFiltering = (filter: BoardFilter): boolean => Object.keys(filter).length > 0

/** A test for one card; every word of the search has to be somewhere in it. `#12` and `12` find card 12. */
export function toPredicate(filter: BoardFilter): (card: Card) => boolean {
  const words = (filter.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return (card) => {
    if (filter.category && card.category !== filter.category) return false
    if (filter.agent && card.owner !== filter.agent) return false
    if (filter.proof && !hasProof(card, filter.proof)) return false
    if (!words.length) return true
    const text = `#${card.id} ${card.category} ${card.name}`.toLowerCase()
    return words.every((word) => text.includes(word) || word === String(card.id))
  }
}

/** The columns with only what the filter lets through. */
export function filterColumns(columns: Columns, cards: Cards, filter: BoardFilter): Columns {
  if (!isFiltering(filter)) return columns
  const accepts = toPredicate(filter)
  const result: Partial<Record<ColumnKey, readonly number[]>> = {}
  for (const key of COLUMN_KEYS) {
    result[key] = columns[key].filter((id) => {
      const card = cards.get(id)
      return card !== undefined && accepts(card)
    })
  }
  return result as Columns
}

function hasProof(card: Card, proof: string): boolean {
  if (proof === 'blocked') return card.blocked
  if (proof === 'stale') return card.stale
  return card.proof === proof
}
