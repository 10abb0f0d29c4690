import type { ReactNode } from 'react'

import { cn } from '@/lib/cn'

export function Panel({ className, children }: { className?: string; children: ReactNode }) {
  return <section className={cn('rounded-lg border-2 border-line bg-surface shadow-md', className)}>{children}</section>
}

interface EmptyProps {
  icon: ReactNode
  title: string
  /** What to do next. */
  children?: ReactNode
  actions?: ReactNode
  className?: string
}

/** Nothing is here yet, and this is what to do about it. */
export function Empty({ icon, title, children, actions, className }: EmptyProps) {
  return (
    <div className={cn('mx-auto grid max-w-md justify-items-center gap-3 px-4 py-10 text-center', className)}>
      <div className="grid size-12 place-items-center rounded-lg border-2 border-line bg-accent text-on-fill shadow-sm">{icon}</div>
      <h2 className="text-lg font-bold">{title}</h2>
      {children && <div className="text-sm text-ink-soft">{children}</div>}
      {actions && <div className="mt-1 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}

/** Where something will be in a moment. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('beat rounded-md bg-hairline', className)} />
}

/** A line over the content that asks for attention. */
export function Banner(props: { tone: 'warning' | 'error' | 'info'; icon: ReactNode; children: ReactNode; actions?: ReactNode }) {
  const { tone, icon, children, actions } = props
  const fill = { warning: 'bg-accent', error: 'bg-failing', info: 'bg-progress' }[tone]
  return (
    <div
      role={tone === 'error' ? 'alert' : 'status'}
      className={cn('flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border-2 border-line px-4 py-2.5 text-sm font-medium text-on-fill shadow-sm', fill)}
    >
      {icon}
      <div className="min-w-0 grow basis-60">{children}</div>
      {actions}
    </div>
  )
}
