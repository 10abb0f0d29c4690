import {
  BadgeCheck,
  Check,
  CirclePause,
  CircleStop,
  Clock,
  Flag,
  HelpCircle,
  Lock,
  Play,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react'
import type { ReactNode } from 'react'

import { cn } from '@/lib/cn'
import { type ProofState, PROOFS, RUN_FILLS, RUN_WORDS, type RunState, STALE } from '@/lib/status'

interface BadgeProps {
  fill?: string
  icon?: ReactNode
  title?: string
  className?: string
  children: ReactNode
}

export function Badge({ fill = 'bg-pending', icon, title, className, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cn(
        'inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-sm border border-on-fill px-1.5 text-2xs font-semibold whitespace-nowrap text-on-fill',
        fill,
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  )
}

const PROOF_ICONS: Record<ProofState, ReactNode> = {
  proven: <BadgeCheck size={12} aria-hidden />,
  guarded: <ShieldCheck size={12} aria-hidden />,
  green: <Check size={12} aria-hidden />,
  unproven: <HelpCircle size={12} aria-hidden />,
}

export function ProofBadge({ proof, stale = false }: { proof: ProofState; stale?: boolean }) {
  const { word, fill, means } = PROOFS[proof]
  const title = stale ? `${means} ${STALE}` : means
  return (
    <Badge fill={cn(fill, stale && 'stripes')} icon={PROOF_ICONS[proof]} title={title}>
      {word}
      {stale && ', stale'}
    </Badge>
  )
}

export const BlockedBadge = () => (
  <Badge fill="bg-pending" icon={<Lock size={11} aria-hidden />} title="Waits until what it depends on is done.">
    Blocked
  </Badge>
)

const RUN_ICONS: Record<RunState, ReactNode> = {
  idle: <Clock size={14} aria-hidden />,
  running: <Play size={14} aria-hidden className="fill-current" />,
  paused: <CirclePause size={14} aria-hidden />,
  stopping: <CircleStop size={14} aria-hidden />,
  stopped: <CircleStop size={14} aria-hidden />,
  crashed: <TriangleAlert size={14} aria-hidden />,
  parked: <Clock size={14} aria-hidden />,
  finished: <Flag size={14} aria-hidden />,
}

export function RunBadge({ status, className }: { status: RunState; className?: string }) {
  return (
    <span
      className={cn(
        'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md border-2 border-on-fill px-2.5 text-sm font-bold text-on-fill',
        RUN_FILLS[status],
        className,
      )}
    >
      {RUN_ICONS[status]}
      {RUN_WORDS[status]}
    </span>
  )
}
