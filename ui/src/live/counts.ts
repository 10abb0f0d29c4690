/** The numbers over the board, counted from its own cards so that both always agree. */
import type { Cards } from './model'

export interface Counts {
  total: number
  done: number
  proven: number
  guarded: number
  green: number
  unproven: number
  stale: number
  inProgress: number
  pending: number
  blocked: number
  failing: number
  needsInput: number
}

const known = new WeakMap<Cards, Counts>()

/** Counted once for each state of the cards. */
export function countCards(cards: Cards): Counts {
  let counts = known.get(cards)
  if (!counts) known.set(cards, (counts = count(cards)))
  return counts
}

function count(cards: Cards): Counts {
  const counts: Counts = {
    total: cards.size,
    done: 0,
    proven: 0,
    guarded: 0,
    green: 0,
    unproven: 0,
    stale: 0,
    inProgress: 0,
    pending: 0,
    blocked: 0,
    failing: 0,
    needsInput: 0,
  }
  for (const card of cards.values()) {
    if (card.status === 'passing') {
      counts.done += 1
      counts[card.proof ?? 'unproven'] += 1
      if (card.stale) counts.stale += 1
    } else if (card.status === 'in_progress') counts.inProgress += 1
    else if (card.status === 'failing') counts.failing += 1
    else if (card.status === 'needs_input') counts.needsInput += 1
    else {
      counts.pending += 1
      if (card.blocked) counts.blocked += 1
    }
  }
  return counts
}
