import { useMutation, useQueryClient } from '@tanstack/react-query'

import { createProject, importProject, startAgents } from '@/client/commands'
import { projectsQuery } from '@/client/queries'
import { showToast } from '@/lib/toasts'
import type { Draft } from './draft'

/** Registers the project, prepares an existing folder, and starts the agents if asked to. */
export function useCreate(draft: Draft, importing: boolean, onDone: (project: string) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (start: boolean) => {
      const { name, kind } = draft
      const path = draft.path ?? ''
      const spec = draft.spec.trim()
      const project = await createProject({ name, path, kind, ...(spec && { spec }) })
      if (importing) await importProject(project.name)
      // The project exists from here on: a refused start is told, and does not keep anybody in the wizard.
      if (start) await startAgents(project.name, {}).catch((error: unknown) => showToast((error as Error).message, { tone: 'error' }))
      return project.name
    },
    meta: { quiet: true },
    onSuccess: async (project) => {
      await queries.invalidateQueries({ queryKey: projectsQuery().queryKey, exact: true })
      onDone(project)
    },
  })
}
