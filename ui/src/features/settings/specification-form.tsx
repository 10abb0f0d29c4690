import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { savePrompts } from '@/client/commands'
import { promptsQuery } from '@/client/queries'
import { Button } from '@/components/button'
import { Field, Textarea } from '@/components/field'
import { Skeleton } from '@/components/surface'
import { showToast } from '@/lib/toasts'
import { useProjectName } from '@/live/live-provider'

export function SpecificationForm() {
  const project = useProjectName()
  const queries = useQueryClient()
  const prompts = useQuery({ ...promptsQuery(project), staleTime: Infinity })
  const [text, setText] = useState<string | null>(null)
  const save = useMutation({
    mutationFn: (app_spec: string) => savePrompts(project, { app_spec }),
    onSuccess: (saved) => {
      queries.setQueryData(promptsQuery(project).queryKey, saved)
      setText(null)
      showToast('The specification is saved.')
    },
  })
  if (!prompts.data) return <Skeleton className="h-48" />
  const changed = text !== null && text !== prompts.data.app_spec
  return (
    <div className="grid gap-3">
      <Field label="app_spec.txt">
        {(control) => (
          <Textarea
            {...control}
            rows={12}
            spellCheck={false}
            className="font-mono text-sm"
            value={text ?? prompts.data.app_spec}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button tone="primary" disabled={!changed} busy={save.isPending} onClick={() => text !== null && save.mutate(text)} className="justify-self-end">
        Save specification
      </Button>
    </div>
  )
}
