import { Link } from '@tanstack/react-router'
import { FolderX, Hand, TriangleAlert } from 'lucide-react'

import type { Project } from '@/client/types'
import { Badge, RunBadge } from '@/components/badge'
import { ProgressRing } from '@/components/progress'
import { useNow } from '@/lib/clock'
import { ago, dollars, percent, plural } from '@/lib/format'

/** A project at a glance: how far, doing what, at what cost, and whether it waits for somebody. */
export function ProjectCard({ project }: { project: Project }) {
  const now = useNow()
  const { progress } = project
  const done = percent(progress.passing, progress.total)
  const last = project.last_activity_at ? Date.parse(project.last_activity_at) : null
  return (
    <li className="relative flex flex-col rounded-lg border-3 border-line bg-surface shadow-md transition-shadow duration-100 focus-within:shadow-lg hover:shadow-lg">
      <div className="flex grow items-start gap-4 p-4">
        <ProgressRing
          percentage={done}
          underway={progress.total ? (progress.in_progress / progress.total) * 100 : 0}
          size={76}
          label={`${done} percent done`}
        />
        <div className="min-w-0 grow">
          <h2 className="truncate text-lg leading-tight font-bold">
            <Link to="/p/$project/board" params={{ project: project.name }} className="outline-none after:absolute after:inset-0 after:rounded-lg focus-visible:after:outline-3 focus-visible:after:outline-offset-4 focus-visible:after:outline-focus">
              {project.name}
            </Link>
          </h2>
          <p className="mt-0.5 truncate font-mono text-xs text-ink-soft" title={project.path}>
            {project.path}
          </p>
          <p className="mt-2 text-sm">
            {progress.total
              ? `${progress.passing.toLocaleString('en-US')} of ${plural(progress.total, 'card')} done`
              : 'The cards are not written yet'}
          </p>
          <Attention project={project} />
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t-2 border-line px-4 py-2.5 text-sm text-ink-soft">
        <RunBadge status={project.status} />
        <span className="tabular ml-auto">{dollars(project.cost_today_usd, project.cost_estimated)} today</span>
        {last !== null && <span className="tabular">{ago(last, now)}</span>}
      </div>
    </li>
  )
}

function Attention({ project }: { project: Project }) {
  const { needs_input: needs, failing, problem } = project
  if (!needs && !failing && !problem) return null
  return (
    <p className="mt-2 flex flex-wrap gap-1.5">
      {problem && (
        <Badge fill="bg-failing" icon={<FolderX size={12} aria-hidden />}>
          {problem}
        </Badge>
      )}
      {needs > 0 && (
        <Badge fill="bg-needs" icon={<Hand size={12} aria-hidden />}>
          {needs === 1 ? '1 needs you' : `${needs} need you`}
        </Badge>
      )}
      {failing > 0 && (
        <Badge fill="bg-failing" icon={<TriangleAlert size={12} aria-hidden />}>
          {failing} failing
        </Badge>
      )}
    </p>
  )
}
