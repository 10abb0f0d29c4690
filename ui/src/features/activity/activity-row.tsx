import { Eye, Flag, ScrollText, ShieldCheck, StickyNote, Terminal } from 'lucide-react'
import { memo } from 'react'

import { cn } from '@/lib/cn'
import { timeOfDay } from '@/lib/format'
import type { Entry, EntryKind } from '@/live/model'

const ICONS: Record<EntryKind, typeof Flag> = {
  log: Terminal,
  card: StickyNote,
  check: ShieldCheck,
  session: ScrollText,
  run: Flag,
  preview: Eye,
}
const LEVELS: Partial<Record<Entry['level'], { word: string; tone: string }>> = {
  error: { word: 'Error', tone: 'text-text-failing' },
  warning: { word: 'Warning', tone: 'text-text-warning' },
}

interface ActivityRowProps {
  entry: Entry
  selected: boolean
  onSelect: (entry: Entry) => void
}

/** One row: when, who, about which card, and what. */
export const ActivityRow = memo(function ActivityRow({ entry, selected, onSelect }: ActivityRowProps) {
  const { kind, level, agent, featureId, tool, text, timestamp } = entry
  const Icon = ICONS[kind]
  const serious = LEVELS[level]
  return (
    <button
      type="button"
      onClick={() => onSelect(entry)}
      className={cn(
        'flex h-7 w-full items-center gap-2.5 px-3 text-left font-mono text-xs whitespace-nowrap hover:bg-sunken',
        selected && 'bg-accent text-on-fill hover:bg-accent',
        kind !== 'log' && 'font-semibold',
      )}
    >
      <time className={cn('tabular shrink-0', !selected && 'text-ink-soft')}>{timeOfDay(Date.parse(timestamp))}</time>
      <Icon size={14} aria-hidden className="shrink-0" />
      <span className="hidden w-16 shrink-0 truncate sm:block">{agent}</span>
      <span className="w-10 shrink-0 truncate">{featureId !== null && `#${featureId}`}</span>
      {tool && <span className={cn('hidden shrink-0 rounded-sm border px-1 sm:block', selected ? 'border-on-fill' : 'border-hairline')}>{tool}</span>}
      <span className={cn('min-w-0 truncate', !selected && serious?.tone)}>
        {serious && `${serious.word}: `}
        {text}
      </span>
    </button>
  )
})
