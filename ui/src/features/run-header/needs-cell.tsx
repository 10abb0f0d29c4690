import { CircleCheck, Hand } from 'lucide-react'

import { buttonClass } from '@/components/button'
import { cn } from '@/lib/cn'
import { useLive } from '@/live/live-provider'

/** What does it need from me? Opens the card that has waited longest. */
export function NeedsCell({ onOpen }: { onOpen: (card: number) => void }) {
  const waiting = useLive((live) => live.columns.needs_input)
  const first = waiting[0]
  if (first === undefined) {
    return (
      <p className="flex items-center gap-2 text-sm whitespace-nowrap text-ink-soft">
        <CircleCheck size={18} aria-hidden className="text-text-proven" />
        Nothing needs you
      </p>
    )
  }
  return (
    <button type="button" onClick={() => onOpen(first)} className={cn(buttonClass('plain', 'md'), 'bg-needs text-on-fill')}>
      <Hand size={18} aria-hidden />
      {waiting.length === 1 ? '1 card needs you' : `${waiting.length} cards need you`}
    </button>
  )
}
