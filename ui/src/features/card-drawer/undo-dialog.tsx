import { useMutation, useQuery } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'

import { undoFeature } from '@/client/commands'
import { undoPreviewQuery } from '@/client/queries'
import type { Feature, UndoneFeature, UndoPreview } from '@/client/types'
import { Button } from '@/components/button'
import { Dialog, DialogActions } from '@/components/dialog'
import { Field, Textarea } from '@/components/field'
import { plural } from '@/lib/format'
import { showToast } from '@/lib/toasts'
import { useProjectName } from '@/live/live-provider'

/** Says what undoing a card does before it is done: it is a commit, so it asks. */
export function UndoDialog({ feature, onClose }: { feature: Feature; onClose: () => void }) {
  const project = useProjectName()
  const [reason, setReason] = useState('')
  const preview = useQuery(undoPreviewQuery(project, feature.id))
  const undo = useMutation({
    mutationFn: () => undoFeature(project, feature.id, reason.trim()),
    meta: { quiet: true },
    onSuccess: (undone) => {
      showToast(outcome(feature.id, undone))
      onClose()
    },
  })

  const obstacle = undo.error?.message ?? preview.data?.obstacle ?? preview.error?.message

  function send(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    undo.mutate()
  }

  return (
    <Dialog open onClose={onClose} title={`Undo the work of card #${feature.id}?`}>
      <form onSubmit={send} className="grid gap-4 p-5">
        <ul className="grid list-disc gap-1.5 pl-5 text-sm marker:text-ink-soft">
          <li>One new commit takes back what landed for this card, and nothing else. History is not rewritten.</li>
          <li>The card goes back to pending, and an agent builds it anew.</li>
          <li>Cards that touch the same files or build on it are checked again.</li>
          <li>Files you have changed and not committed stay as they are.</li>
        </ul>
        {preview.data && preview.data.stale.length > 0 && <Affected cards={preview.data.stale} />}
        <Field label="Why (optional)" hint="The agent that takes the card next reads it.">
          {(control) => <Textarea {...control} rows={3} maxLength={2000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        {obstacle && (
          <p role="alert" className="text-sm font-semibold text-text-failing">
            {obstacle}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>Keep it</Button>
          <Button type="submit" tone="danger" busy={undo.isPending} disabled={Boolean(preview.data?.obstacle)}>
            Undo its work
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

const NAMED = 5

/** The cards whose checks run again, and may be red. */
function Affected({ cards }: { cards: UndoPreview['stale'] }) {
  return (
    <section className="rounded-md border-2 border-line bg-accent px-3.5 py-2.5 text-sm text-on-fill shadow-sm">
      <h3 className="font-bold">{plural(cards.length, 'card that is done builds on it or shares its files', 'cards that are done build on it or share its files')}</h3>
      <ul className="mt-1">
        {cards.slice(0, NAMED).map(({ id, name }) => (
          <li key={id} className="truncate">
            <span className="font-mono font-semibold">#{id}</span> {name}
          </li>
        ))}
        {cards.length > NAMED && <li>and {cards.length - NAMED} more</li>}
      </ul>
      <p className="mt-1">Checked again at once: what needs this work fails until it is built anew.</p>
    </section>
  )
}

function outcome(id: number, { commit, stale, note }: UndoneFeature): string {
  const again = stale.length ? ` ${plural(stale.length, 'card is', 'cards are')} checked again.` : ''
  return `The work of card #${id} is taken back by commit ${commit.slice(0, 8)}.${again}${note ? ` ${note}` : ''}`
}
