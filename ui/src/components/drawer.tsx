import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

import { cn } from '@/lib/cn'

interface DrawerProps {
  open: boolean
  onClose: () => void
  title: string
  /** With a modal drawer the page behind rests; otherwise it stays usable beside it. */
  modal: boolean
  header: ReactNode
  footer?: ReactNode
  children: ReactNode
}

/** A panel from the right; the whole screen on a phone. */
export function Drawer({ open, onClose, title, modal, header, footer, children }: DrawerProps) {
  return (
    <Radix.Root open={open} modal={modal} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        {modal && <Radix.Overlay className="fixed inset-0 z-30 bg-scrim" />}
        <Radix.Content
          aria-describedby={undefined}
          onInteractOutside={(event) => !modal && event.preventDefault()}
          className={cn(
            'enter-right fixed inset-y-0 right-0 z-30 flex w-full flex-col border-line bg-paper sm:w-[30rem] sm:border-l-3 xl:w-[34rem]',
          )}
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          <div className="border-b-2 border-line bg-surface px-4 py-3 sm:px-5">{header}</div>
          {/* A scroll area without a focusable child must be reachable by keyboard. */}
          <div className="min-h-0 grow overflow-y-auto px-4 py-4 sm:px-5">{children}</div>
          {footer && <div className="border-t-2 border-line bg-surface px-4 py-3 sm:px-5">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
