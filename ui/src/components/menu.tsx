import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

import { cn } from '@/lib/cn'

interface MenuProps {
  trigger: ReactNode
  label: string
  align?: 'start' | 'end'
  children: ReactNode
}

export function Menu({ trigger, label, align = 'end', children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="enter-up z-50 max-h-[70dvh] min-w-48 overflow-y-auto rounded-md border-2 border-line bg-surface p-1 shadow-md"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface MenuItemProps {
  onSelect: () => void
  icon?: ReactNode
  danger?: boolean
  /** Shown at the end: a state, a shortcut. */
  aside?: ReactNode
  disabled?: boolean
  children: ReactNode
}

export function MenuItem({ onSelect, icon, danger = false, aside, disabled = false, children }: MenuItemProps) {
  return (
    <Radix.Item
      onSelect={onSelect}
      disabled={disabled}
      className={cn(
        'flex items-center gap-2.5 rounded-sm px-2.5 py-2 text-sm font-medium outline-none select-none',
        'data-disabled:opacity-50 data-highlighted:bg-accent data-highlighted:text-on-fill',
        danger && 'text-text-failing',
      )}
    >
      {icon}
      <span className="min-w-0 grow truncate">{children}</span>
      {aside && <span className="shrink-0 text-xs opacity-80">{aside}</span>}
    </Radix.Item>
  )
}

export function MenuLine() {
  return <Radix.Separator className="mx-1 my-1 h-0.5 bg-hairline" />
}
