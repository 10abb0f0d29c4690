import { useMutation } from '@tanstack/react-query'
import { Pencil, ShieldCheck, SkipForward, Trash2 } from 'lucide-react'

import { deleteFeature, restoreFeature, skipFeature, verifyFeature } from '@/client/commands'
import type { Feature } from '@/client/types'
import { Button, IconButton } from '@/components/button'
import { showToast } from '@/lib/toasts'
import { useProjectName } from '@/live/live-provider'
import { MoveMenu } from './move-menu'

interface CardActionsProps {
  feature: Feature
  onEdit: () => void
  onGone: () => void
}

/** What a person can do with a card. */
export function CardActions({ feature, onEdit, onGone }: CardActionsProps) {
  const { id } = feature
  const project = useProjectName()
  const skip = useMutation({
    mutationFn: () => skipFeature(project, id),
    onSuccess: () => showToast(`Card #${id} goes to the end of the queue.`),
  })
  const verify = useMutation({
    mutationFn: () => verifyFeature(project, id),
    onSuccess: () => showToast(`The check of card #${id} is queued.`),
  })
  const restore = useMutation({ mutationFn: () => restoreFeature(project, id) })
  const remove = useMutation({
    mutationFn: () => deleteFeature(project, id),
    onSuccess: () => {
      showToast(`Card #${id} is deleted.`, { action: { label: 'Undo', run: () => restore.mutate() } })
      onGone()
    },
  })

  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" onClick={onEdit} icon={<Pencil size={15} aria-hidden />}>
        Edit
      </Button>
      <Button
        size="sm"
        busy={verify.isPending}
        disabled={!feature.check || feature.verifying}
        title={feature.check ? undefined : 'No check is set yet'}
        onClick={() => verify.mutate()}
        icon={<ShieldCheck size={15} aria-hidden />}
      >
        <span>
          Run check<span className="max-sm:sr-only"> now</span>
        </span>
      </Button>
      {feature.status !== 'passing' && (
        <Button size="sm" busy={skip.isPending} onClick={() => skip.mutate()} icon={<SkipForward size={15} aria-hidden />}>
          Skip
        </Button>
      )}
      <MoveMenu feature={feature} />
      <span className="grow" />
      <IconButton label="Delete" size="sm" tone="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
        <Trash2 size={16} aria-hidden />
      </IconButton>
    </div>
  )
}
