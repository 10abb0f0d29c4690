import { CircleCheck, Hand } from 'lucide-react'

import { Button } from '@/components/button'
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
    <Button tone="needs" onClick={() => onOpen(first)} icon={<Hand size={18} aria-hidden />}>
      {waiting.length === 1 ? '1 card needs you' : `${waiting.length} cards need you`}
    </Button>
  )
}
