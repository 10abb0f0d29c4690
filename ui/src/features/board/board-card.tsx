import { Bot, ShieldQuestion } from 'lucide-react'
import { memo } from 'react'

import { Badge, BlockedBadge, ProofBadge } from '@/components/badge'
import { useNow } from '@/lib/clock'
import { cn } from '@/lib/cn'
import { clock, duration } from '@/lib/format'
import { useLive } from '@/live/live-provider'
import { columnOf } from '@/live/columns'
import type { Card } from '@/live/model'
import { LOOKS } from './column-look'

interface BoardCardProps {
  id: number
  selected: boolean
  onOpen: (id: number) => void
}

export const BoardCard = memo(function BoardCard({ id, selected, onOpen }: BoardCardProps) {
  const card = useLive((live) => live.cards.get(id))
  if (!card) return null
  const { fill } = LOOKS[columnOf(card.status)]
  return (
    <button
      type="button"
      data-card={id}
      onClick={() => onOpen(id)}
      className={cn(
        'relative flex h-full w-full flex-col overflow-hidden rounded-md border-2 border-line bg-surface py-2 pr-3 pl-4 text-left shadow-sm',
        'transition-shadow duration-100 hover:shadow-md',
        selected && 'bg-accent/25 outline-3 outline-focus',
      )}
    >
      <span aria-hidden className={cn('absolute inset-y-0 left-0 w-1.5 border-r-2 border-line', fill)} />
      <span className="flex h-5 shrink-0 items-center gap-2 text-xs text-ink-soft">
        <span className="font-mono font-semibold text-ink">#{card.id}</span>
        <span className="min-w-0 truncate">{card.category}</span>
        <Since card={card} />
        <span className="grow" />
        <Badges card={card} />
        <Elapsed card={card} />
      </span>
      <span className="mt-1 mb-auto line-clamp-2 shrink-0 text-sm leading-snug font-semibold">{card.name}</span>
      {card.status === 'in_progress' && <AgentLine card={card} />}
      {card.reason && (card.status === 'failing' || card.status === 'needs_input') && (
        <span className="mt-1.5 line-clamp-2 h-[2.625rem] shrink-0 border-t-2 border-hairline pt-1.5 text-xs leading-snug text-ink-soft">{card.reason}</span>
      )}
    </button>
  )
})

function Badges({ card }: { card: Card }) {
  return (
    <>
      {card.proof && <ProofBadge proof={card.proof} stale={card.stale} />}
      {card.blocked && <BlockedBadge />}
      {card.verifying && (
        <Badge fill="bg-accent" icon={<ShieldQuestion size={12} aria-hidden />} title="Its check is running">
          {/* Beside another badge there is no room for the word. */}
          <span className={card.proof ? 'sr-only' : undefined}>Checking</span>
        </Badge>
      )}
      {card.status !== 'passing' && card.attempts > 1 && <Badge>{`Attempt ${card.attempts}`}</Badge>}
    </>
  )
}

/** How long it is being worked on, counted in seconds: somebody may be watching. */
function Elapsed({ card }: { card: Card }) {
  const now = useNow()
  if (card.since === null || card.status !== 'in_progress') return null
  return <span className="tabular shrink-0 font-mono font-semibold text-text-progress">{clock(now - card.since)}</span>
}

/** How long ago it was done, broke or began to wait. */
function Since({ card }: { card: Card }) {
  const now = useNow()
  if (card.since === null || card.status === 'pending' || card.status === 'in_progress') return null
  return <span className="tabular shrink-0 whitespace-nowrap">{duration(now - card.since)}</span>
}

/** Who works on it, and the last thing heard. */
function AgentLine({ card }: { card: Card }) {
  const line = useLive((live) => live.lines.get(card.id))
  const tool = useLive((live) => (card.owner ? live.agents.get(card.owner)?.tool : null))
  return (
    <span className="mt-1.5 grid shrink-0 gap-0.5 border-t-2 border-hairline pt-1.5 text-xs">
      <span className="flex items-center gap-1.5 font-semibold">
        <Bot size={14} aria-hidden className="shrink-0" />
        {card.owner}
        {tool && !card.verifying && <span className="truncate font-mono font-normal text-ink-soft">{tool}</span>}
      </span>
      <span className="truncate font-mono text-ink-soft">{card.verifying ? 'Its work is being checked' : (line ?? '…')}</span>
    </span>
  )
}
