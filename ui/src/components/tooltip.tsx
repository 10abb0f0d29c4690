import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** A few more words about something that can be focused or hovered; never the only place they stand. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={300}>
      <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded-md border-2 border-line bg-ink px-2.5 py-1.5 text-sm text-paper"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  )
}
