import { useMutation } from '@tanstack/react-query'
import { CircleCheckBig, Hand, TriangleAlert, Undo2 } from 'lucide-react'
import { useState } from 'react'

import { updateFeature } from '@/client/commands'
import type { Feature, FeatureUpdate } from '@/client/types'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { Field, Textarea } from '@/components/field'
import { Menu } from '@/components/menu'
import { useProjectName } from '@/live/live-provider'
import { UndoDialog } from './undo-dialog'

/** A person may always move a card by hand; the card then says who did it, and that nothing proves it. */
export function MoveMenu({ feature }: { feature: Feature }) {
  const project = useProjectName()
  const [asking, setAsking] = useState(false)
  const [undoing, setUndoing] = useState(false)
  const [reason, setReason] = useState('')
  const move = useMutation({
    mutationFn: (change: FeatureUpdate) => updateFeature(project, feature.id, change),
    onSuccess: () => setAsking(false),
  })
  // Only what has landed can be taken back; the server knows best, and says so where it cannot.
  const landed = (feature.status === 'passing' || feature.status === 'failing') && feature.last_receipt !== null
  return (
    <>
      <Menu
        label="Move by hand"
        align="start"
        trigger={
          <Button size="sm" busy={move.isPending} icon={<Hand size={15} aria-hidden />}>
            Move
          </Button>
        }
        items={[
          {
            text: 'To done, on my word',
            aside: 'unproven',
            icon: <CircleCheckBig size={16} aria-hidden />,
            run: () => move.mutate({ status: 'passing' }),
          },
          { text: 'To failing …', icon: <TriangleAlert size={16} aria-hidden />, run: () => setAsking(true) },
          ...(landed ? [{ text: 'Back to pending, undoing its work …', icon: <Undo2 size={16} aria-hidden />, run: () => setUndoing(true) }] : []),
        ]}
      />
      <Dialog open={asking} onClose={() => setAsking(false)} title={`What is broken in card #${feature.id}?`}>
        <form
          className="grid gap-4 p-5"
          onSubmit={(event) => {
            event.preventDefault()
            move.mutate({ status: 'failing', reason: reason.trim() })
          }}
        >
          <Field label="What you saw" hint="The agent that takes the card reads it.">
            {(control) => <Textarea {...control} rows={3} required value={reason} onChange={(event) => setReason(event.target.value)} />}
          </Field>
          <Button type="submit" tone="danger" disabled={!reason.trim()} busy={move.isPending} className="justify-self-end">
            Move to failing
          </Button>
        </form>
      </Dialog>
      {undoing && <UndoDialog feature={feature} onClose={() => setUndoing(false)} />}
    </>
  )
}
