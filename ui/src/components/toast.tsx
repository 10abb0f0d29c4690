import { X } from 'lucide-react'
import { useSyncExternalStore } from 'react'

import { cn } from '@/lib/cn'
import { dismissToast, getToasts, subscribeToasts, type Toast } from '@/lib/toasts'
import { Button, IconButton } from './button'

/** The messages at the bottom of the screen: above a drawer's actions on a phone, else on the left of them. Rendered once. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribeToasts, getToasts)
  return (
    <div
      role="region"
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-[calc(var(--action-bar,0px)+0.75rem)] z-50 grid justify-items-center gap-2 sm:right-auto sm:bottom-4 sm:left-4 sm:justify-items-start"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, tone, text, action } = toast
  return (
    <div
      className={cn(
        'enter-up pointer-events-auto flex max-w-md items-center gap-2 rounded-md border-2 border-line py-1.5 pr-1.5 pl-3.5 text-sm font-medium text-on-fill shadow-md',
        tone === 'error' ? 'bg-failing' : 'bg-accent',
      )}
    >
      <p className="min-w-0 grow py-1">
        {tone === 'error' && <strong>Not done: </strong>}
        {text}
      </p>
      {action && (
        <Button
          size="sm"
          onClick={() => {
            action.run()
            dismissToast(id)
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss" size="sm" className="text-on-fill hover:bg-transparent" onClick={() => dismissToast(id)}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  )
}
