import { CircleX, Eye, Flag, ScrollText, ShieldCheck, StickyNote, Terminal, TriangleAlert } from 'lucide-react'
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
const LEVELS: Partial<Record<Entry['level'], { word: string; tone: string; Icon: typeof Flag }>> = {
  error: { word: 'Error', tone: 'text-text-failing', Icon: CircleX },
  warning: { word: 'Warning', tone: 'text-text-warning', Icon: TriangleAlert },
}

interface ActivityRowProps {
  entry: Entry
  selected: boolean
  onSelect: (entry: Entry) => void
}

/** One row: when, who, about which card, and what. */
export const ActivityRow = memo(function ActivityRow({ entry, selected, onSelect }: ActivityRowProps) {
  const { kind, level, agent, featureId, tool, text, timestamp } = entry
  const serious = LEVELS[level]
  const Icon = serious?.Icon ?? ICONS[kind]
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
      <Icon size={14} aria-hidden className={cn('shrink-0', !selected && serious?.tone)} />
      <span className="hidden w-16 shrink-0 truncate sm:block">{agent}</span>
      <span className="w-10 shrink-0 truncate">{featureId !== null && `#${featureId}`}</span>
      {tool && <span className={cn('hidden shrink-0 rounded-sm border px-1 sm:block', selected ? 'border-on-fill' : 'border-hairline')}>{tool}</span>}
      <span className={cn('min-w-0 overflow-hidden text-ellipsis whitespace-pre', !selected && serious?.tone)}>
        {serious && <span className="sr-only">{serious.word}: </span>}
        {text}
      </span>
    </button>
  )
})
