import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

import { cn } from '@/lib/cn'
import { IconButton } from './button'

interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  /** Only for those who listen to the page; seen by nobody. */
  hideTitle?: boolean
  className?: string
  children: ReactNode
}

/** The last row of a dialog: in sight however long what is above it, so that nobody has to look for the way on. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="sticky bottom-0 -mx-5 -mb-5 flex flex-wrap justify-end gap-2 border-t-2 border-line bg-paper px-5 py-3">{children}</div>
}

export function Dialog({ open, onClose, title, description, hideTitle = false, className, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...(!description && { 'aria-describedby': undefined })}
          className={cn(
            'enter-up fixed inset-x-3 top-[8dvh] z-50 mx-auto flex max-h-[84dvh] max-w-lg flex-col rounded-lg border-3 border-line bg-paper shadow-lg',
            className,
          )}
        >
          <header className={cn('flex items-start gap-3 border-b-2 border-line px-5 py-4', hideTitle && 'sr-only')}>
            <div className="grow">
              <Radix.Title className="text-lg leading-tight font-bold">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-sm text-ink-soft">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" size="sm" className="-mt-1 -mr-2">
                <X size={18} aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 overflow-y-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
