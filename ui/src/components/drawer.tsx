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

/** Says how high the bar with the actions is: messages stay above it where they would cover it. */
function keepClear(bar: HTMLElement | null): (() => void) | undefined {
  if (!bar) return undefined
  const { style } = document.documentElement
  const observer = new ResizeObserver(() => style.setProperty('--action-bar', `${bar.offsetHeight}px`))
  observer.observe(bar)
  return () => {
    observer.disconnect()
    style.removeProperty('--action-bar')
  }
}

/** A panel on the right: beside the page where there is room, over it (modal) where there is not. */
export function Drawer({ open, onClose, title, modal, header, footer, children }: DrawerProps) {
  const panel = (
    <Radix.Content
      aria-describedby={undefined}
      onInteractOutside={(event) => !modal && event.preventDefault()}
      onOpenAutoFocus={(event) => {
        // Beside the page the focus stays on the card, so that the arrow keys go on walking the column.
        event.preventDefault()
        if (modal) (event.currentTarget as HTMLElement).focus()
      }}
      className={cn(
        'flex flex-col border-line bg-paper outline-none',
        modal ? 'enter-right fixed inset-y-0 right-0 z-30 w-full sm:w-[30rem] sm:border-l-3' : 'h-full w-[30rem] shrink-0 border-l-2 xl:w-[34rem]',
      )}
    >
      <Radix.Title className="sr-only">{title}</Radix.Title>
      <div className="border-b-2 border-line bg-surface px-4 py-3 sm:px-5">{header}</div>
      <div className="min-h-0 grow overflow-y-auto px-4 py-4 sm:px-5">{children}</div>
      {footer && <div ref={modal ? keepClear : undefined} className="border-t-2 border-line bg-surface px-4 py-3 sm:px-5">{footer}</div>}
    </Radix.Content>
  )
  return (
    <Radix.Root open={open} modal={modal} onOpenChange={(next) => !next && onClose()}>
      {modal ? (
        <Radix.Portal>
          <Radix.Overlay className="fixed inset-0 z-30 bg-scrim" />
          {panel}
        </Radix.Portal>
      ) : (
        panel
      )}
    </Radix.Root>
  )
}
