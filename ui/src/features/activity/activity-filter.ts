/** Which rows of the activity view are shown. */
import type { Entry, EntryKind } from '@/live/model'

export interface ActivityFilter {
  readonly text: string
  readonly agent: string
  readonly kind: EntryKind | ''
  /** The least serious level shown. */
  readonly level: '' | 'warning' | 'error'
  readonly tool: string
}

export const NO_FILTER: ActivityFilter = { text: '', agent: '', kind: '', level: '', tool: '' }

export const isFiltering = (filter: ActivityFilter): boolean => Object.values(filter).some(Boolean)

/** The entries that fit; the same array when everything does. `#12` finds the rows of card 12. */
export function filterEntries(entries: readonly Entry[], filter: ActivityFilter): readonly Entry[] {
  if (!isFiltering(filter)) return entries
  const text = filter.text.toLowerCase()
  const card = /^#(\d+)$/.exec(text)?.[1]
  return entries.filter((entry) => {
    if (filter.agent && entry.agent !== filter.agent) return false
    if (filter.kind && entry.kind !== filter.kind) return false
    if (filter.tool && entry.tool !== filter.tool) return false
    if (filter.level === 'error' && entry.level !== 'error') return false
    if (filter.level === 'warning' && entry.level !== 'error' && entry.level !== 'warning') return false
    if (card) return entry.featureId === Number(card)
    return !text || entry.text.toLowerCase().includes(text)
  })
}

/** The values that occur in `entries`, in the order of the alphabet. */
export function valuesOf(entries: readonly Entry[], name: 'agent' | 'tool'): string[] {
  const found = new Set<string>()
  for (const entry of entries) {
    const value = entry[name]
    if (value) found.add(value)
  }
  return [...found].sort()
}

/** One line of text for an entry: what is copied and downloaded. */
export function toLine({ timestamp, level, agent, featureId, tool, text }: Entry): string {
  return [timestamp, level.toUpperCase(), agent, featureId !== null && `#${featureId}`, tool && `[${tool}]`, text].filter(Boolean).join(' ')
}
