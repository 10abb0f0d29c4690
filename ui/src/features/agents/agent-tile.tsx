import { Bot, FlaskConical, Hourglass, LoaderCircle, ShieldQuestion, Wrench } from 'lucide-react'

import type { AgentState, AgentView } from '@/client/types'
import { Badge } from '@/components/badge'
import { useNow } from '@/lib/clock'
import { clock, compact, dollars, ESTIMATED } from '@/lib/format'
import { useLive } from '@/live/live-provider'
import type { AgentTile as Tile } from '@/live/model'

const STATES: Record<AgentState, { word: string; fill: string; Icon: typeof Bot }> = {
  starting: { word: 'Starting', fill: 'bg-pending', Icon: LoaderCircle },
  working: { word: 'Working', fill: 'bg-progress', Icon: Wrench },
  verifying: { word: 'Waiting for its check', fill: 'bg-accent', Icon: ShieldQuestion },
  waiting: { word: 'Between sessions', fill: 'bg-pending', Icon: Hourglass },
  finished: { word: 'Finished', fill: 'bg-proven', Icon: Bot },
}

/** What those do who have no card of their own. */
const CARDLESS: Partial<Record<Tile['role'], string>> = {
  initializer: 'Writing the cards from the specification',
  tester: 'Trying out what is done already',
}

interface AgentTileProps {
  tile: Tile
  totals: AgentView | undefined
  onOpen: (card: number) => void
}

/** One agent: its role, card, tool, cost, time, and its last words. */
export function AgentTile({ tile, totals, onOpen }: AgentTileProps) {
  const card = useLive((live) => (tile.featureId === null ? undefined : live.cards.get(tile.featureId)))
  const { word, fill, Icon } = STATES[tile.state]
  return (
    <li className="flex flex-col rounded-lg border-2 border-line bg-surface shadow-md">
      <div className="flex items-center gap-2.5 border-b-2 border-line px-4 py-2.5">
        {tile.role === 'tester' ? <FlaskConical size={20} aria-hidden /> : <Bot size={20} aria-hidden />}
        <h2 className="truncate font-bold">{tile.agent}</h2>
        <span className="text-sm text-ink-soft capitalize">{tile.role}</span>
        <span className="ml-auto">
          <Badge fill={fill} icon={<Icon size={12} aria-hidden />}>
            {word}
          </Badge>
        </span>
      </div>
      <div className="px-4 py-3">
        {card ? (
          <button type="button" onClick={() => onOpen(card.id)} title={card.name} className="line-clamp-2 text-left font-semibold underline-offset-4 hover:underline">
            <span className="font-mono text-sm">#{card.id}</span> {card.name}
          </button>
        ) : (
          <p className="text-ink-soft">{CARDLESS[tile.role] ?? 'No card at the moment'}</p>
        )}
        <Before tile={tile} totals={totals} />
        <Facts tile={tile} totals={totals} />
      </div>
      <ol aria-label={`Last lines of ${tile.agent}`} className="mt-auto min-h-32 rounded-b-md border-t-2 border-line bg-sunken px-4 py-2.5 font-mono text-xs leading-relaxed">
        {tile.lines.map((line, i) => (
          <li key={i} className="truncate text-ink-soft last:text-ink">
            {line}
          </li>
        ))}
        {!tile.lines.length && <li className="text-ink-soft">…</li>}
      </ol>
    </li>
  )
}

/** The cards that this session did before the present one: time, tokens and cost are those of all of them. */
function Before({ tile, totals }: Pick<AgentTileProps, 'tile' | 'totals'>) {
  const done = totals?.feature_ids.filter((id) => id !== tile.featureId) ?? []
  if (!done.length || totals?.session_id !== tile.sessionId) return null
  return <p className="mt-1 text-sm text-ink-soft">Done in this session: {done.map((id) => `#${id}`).join(', ')}</p>
}

function Facts({ tile, totals }: Pick<AgentTileProps, 'tile' | 'totals'>) {
  const now = useNow()
  return (
    <dl className="mt-3 grid grid-cols-2 gap-x-4 gap-y-2 text-sm sm:grid-cols-4">
      <Fact name="Tool" value={tile.tool ?? '–'} />
      <Fact name="Elapsed" value={tile.since === null ? '–' : clock(now - tile.since)} />
      <Fact name="Tokens" value={totals?.output_tokens ? `${compact(totals.input_tokens)} in, ${compact(totals.output_tokens)} out` : '–'} />
      <Fact name="Cost" value={totals?.cost_usd ? dollars(totals.cost_usd, totals.estimated) : '–'} hint={totals?.estimated ? ESTIMATED : undefined} />
    </dl>
  )
}

function Fact({ name, value, hint }: { name: string; value: string; hint?: string | undefined }) {
  return (
    <div className="min-w-0" title={hint}>
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className="tabular truncate font-semibold">{value}</dd>
    </div>
  )
}
