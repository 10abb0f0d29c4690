import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { deleteProject } from '@/client/commands'
import { projectsQuery } from '@/client/queries'
import { Button } from '@/components/button'
import { Dialog, DialogActions } from '@/components/dialog'
import { showToast } from '@/lib/toasts'
import { useProjectName } from '@/live/live-provider'

/** Forgets the project; no file of it is touched, so it can be imported again. */
export function ForgetProject() {
  const project = useProjectName()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const forget = useMutation({
    mutationFn: () => deleteProject(project),
    onSuccess: async () => {
      await navigate({ to: '/' })
      await queries.invalidateQueries({ queryKey: projectsQuery().queryKey, exact: true })
      showToast(`${project} is off the list. Its folder is untouched.`)
    },
  })
  return (
    <div className="flex flex-wrap items-center gap-3">
      <p className="grow basis-60 text-sm">Its folder, cards and history stay on disk; importing the folder brings it back.</p>
      <Button onClick={() => setAsking(true)}>Remove from the list</Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title={`Remove ${project} from the list?`}>
        <div className="grid gap-4 p-5">
          <p>No file is deleted. Agents must not be at work.</p>
          <DialogActions>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button tone="danger" busy={forget.isPending} onClick={() => forget.mutate()}>
              Remove
            </Button>
          </DialogActions>
        </div>
      </Dialog>
    </div>
  )
}
