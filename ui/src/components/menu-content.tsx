import { DropdownMenu as Radix } from 'radix-ui'

import { cn } from '@/lib/cn'
import type { MenuAction, MenuProps } from './menu'

/** The menu itself; open from the start, because it is first rendered by a click. */
export default function MenuContent({ trigger, label, align = 'end', items }: MenuProps) {
  return (
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="enter-up z-50 max-h-[70dvh] min-w-48 overflow-y-auto rounded-md border-2 border-line bg-surface p-1 shadow-md"
        >
          {items.map((item, i) =>
            item === 'line' ? <Radix.Separator key={i} className="m-1 h-0.5 bg-hairline" /> : <Item key={i} {...item} />,
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Item({ text, icon, aside, danger = false, run }: MenuAction) {
  return (
    <Radix.Item
      onSelect={run}
      className={cn(
        'flex items-center gap-2.5 rounded-sm px-2.5 py-2 text-sm font-medium outline-none select-none',
        danger && 'text-text-failing',
        'data-highlighted:bg-accent data-highlighted:text-on-fill',
      )}
    >
      {icon}
      <span className="min-w-0 grow truncate">{text}</span>
      {aside && <span className="shrink-0 text-xs">{aside}</span>}
    </Radix.Item>
  )
}
