import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { projectQuery } from '@/client/queries'
import { Panel, Skeleton } from '@/components/surface'
import { useProjectName } from '@/live/live-provider'
import { Appearance } from './appearance'
import { Doctor } from './doctor'
import { ForgetProject } from './forget-project'
import { ProjectForm } from './project-form'
import { SpecificationForm } from './specification-form'

/** What can be set for this project, and for this browser. */
export default function SettingsView() {
  const name = useProjectName()
  const project = useQuery(projectQuery(name))
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto grid max-w-3xl gap-6 px-4 py-6">
        <Group title="This project">
          {project.data ? <ProjectForm key={project.dataUpdatedAt} project={project.data} /> : <Skeleton className="h-40" />}
        </Group>
        <Group title="Specification" note="What the first session reads to write the cards. Changing it later changes no card by itself.">
          <SpecificationForm />
        </Group>
        <Group title="This browser">
          <Appearance />
        </Group>
        <Group title="Set-up">
          <Doctor />
        </Group>
        <Group title="Take it off the list">
          <ForgetProject />
        </Group>
      </div>
    </div>
  )
}

function Group({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <Panel className="grid gap-4 p-5">
      <div>
        <h2 className="text-lg font-bold">{title}</h2>
        {note && <p className="text-sm text-ink-soft">{note}</p>}
      </div>
      {children}
    </Panel>
  )
}
