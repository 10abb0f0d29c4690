import { useMutation } from '@tanstack/react-query'

import { createFeature } from '@/client/commands'
import { ApiError } from '@/client/http'
import type { FeatureCreate } from '@/client/types'
import { Dialog } from '@/components/dialog'
import { showToast } from '@/lib/toasts'
import { CardForm } from './card-form'

/** Writes a card by hand. */
export default function NewCardDialog({ project, onClose }: { project: string; onClose: () => void }) {
  const create = useMutation({
    mutationFn: (feature: FeatureCreate) => createFeature(project, feature),
    meta: { quiet: true },
    onSuccess: ({ id, name }) => {
      showToast(`Card #${id} is on the board: ${name}`)
      onClose()
    },
  })
  return (
    <Dialog open onClose={onClose} title="New card" description="One thing the application shall do, and how to see that it does.">
      <div className="p-5">
        <CardForm
          submit="Create card"
          busy={create.isPending}
          error={create.error instanceof ApiError ? create.error : null}
          onSubmit={create.mutate}
          onCancel={onClose}
        />
      </div>
    </Dialog>
  )
}
