import { useMutation, useQueryClient } from '@tanstack/react-query'

import { updateFeature } from '@/client/commands'
import { ApiError } from '@/client/http'
import { featureQuery } from '@/client/queries'
import type { Feature, FeatureUpdate } from '@/client/types'
import { useProjectName } from '@/live/live-provider'
import { CardForm } from './card-form'

export function EditCard({ feature, onDone }: { feature: Feature; onDone: () => void }) {
  const project = useProjectName()
  const queries = useQueryClient()
  const update = useMutation({
    mutationFn: (change: FeatureUpdate) => updateFeature(project, feature.id, change),
    meta: { quiet: true },
    onSuccess: (saved) => {
      queries.setQueryData(featureQuery(project, feature.id).queryKey, saved)
      onDone()
    },
  })
  return (
    <CardForm
      initial={feature}
      submit="Save"
      busy={update.isPending}
      error={update.error instanceof ApiError ? update.error : null}
      onSubmit={update.mutate}
      onCancel={onDone}
    />
  )
}
