import { useLive } from '@/live/live-provider'

/** A sentence in which every #12 opens that card. */
export function CardText({ text, onOpen }: { text: string; onOpen: (id: number) => void }) {
  return text.split(/(#\d+)\b/).map((part, i) => (i % 2 ? <CardLink key={i} text={part} onOpen={onOpen} /> : part))
}

function CardLink({ text, onOpen }: { text: string; onOpen: (id: number) => void }) {
  const id = Number(text.slice(1))
  const exists = useLive((live) => live.cards.has(id))
  if (!exists) return text
  return (
    <button type="button" onClick={() => onOpen(id)} className="font-bold underline decoration-2 underline-offset-2">
      {text}
    </button>
  )
}
