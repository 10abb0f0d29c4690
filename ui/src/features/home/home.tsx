import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FolderInput, FolderPlus, MonitorPlay, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'

import { projectsQuery } from '@/client/queries'
import { Button, buttonClass } from '@/components/button'
import { Banner, Empty, Skeleton } from '@/components/surface'
import { plural } from '@/lib/format'
import { ProjectCard } from './project-card'

const DemoDialog = lazy(() => import('./demo-dialog'))
const REFRESH = 5_000

/** All projects: the page one glances at. */
export function Home() {
  const projects = useQuery({ ...projectsQuery(), refetchInterval: REFRESH })
  const [demo, setDemo] = useState(false)
  const waiting = projects.data?.reduce((sum, project) => sum + project.needs_input, 0) ?? 0
  return (
    <div className="mx-auto grid w-full max-w-6xl gap-6 px-4 py-6 sm:py-10">
      <div className="flex flex-wrap items-end gap-3">
        <div className="grow">
          <h1 className="text-3xl leading-none font-bold tracking-tight sm:text-4xl">Projects</h1>
          <p className="mt-2 text-ink-soft">
            {waiting ? `${plural(waiting, 'card needs', 'cards need')} you.` : 'A backlog that agents can only turn green by proof.'}
          </p>
        </div>
        <Actions onDemo={() => setDemo(true)} />
      </div>
      {projects.isError && (
        <Banner tone="error" icon={<TriangleAlert size={20} aria-hidden />} actions={<Button onClick={() => void projects.refetch()}>Try again</Button>}>
          {projects.error.message}
        </Banner>
      )}
      {projects.isPending && (
        <div className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3" aria-busy="true" aria-label="Loading projects">
          <Skeleton className="h-44" />
          <Skeleton className="h-44" />
        </div>
      )}
      {projects.data?.length === 0 && (
        <Empty icon={<FolderPlus aria-hidden />} title="No project yet" className="rounded-lg border-2 border-dashed border-line">
          Describe an application; agents build it card by card, and the board shows what is proven. The demo shows it in two minutes,
          without an account.
        </Empty>
      )}
      <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
        {projects.data?.map((project) => (
          <ProjectCard key={project.name} project={project} />
        ))}
      </ul>
      <Suspense>{demo && <DemoDialog onClose={() => setDemo(false)} />}</Suspense>
    </div>
  )
}

function Actions({ onDemo }: { onDemo: () => void }) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={onDemo} icon={<MonitorPlay size={18} aria-hidden />}>
        Try the demo
      </Button>
      <Link to="/new" search={{ mode: 'import' }} className={buttonClass()}>
        <FolderInput size={18} aria-hidden />
        Import
      </Link>
      <Link to="/new" className={buttonClass('primary')}>
        <FolderPlus size={18} aria-hidden />
        New project
      </Link>
    </div>
  )
}
