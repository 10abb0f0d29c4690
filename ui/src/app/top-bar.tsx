import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Check, ChevronDown, Command, FolderPlus } from 'lucide-react'
import type { ReactNode } from 'react'

import { projectsQuery } from '@/client/queries'
import { Button, IconButton } from '@/components/button'
import { Menu } from '@/components/menu'
import { ThemeMenu } from '@/components/theme-menu'
import { cn } from '@/lib/cn'
import { percent } from '@/lib/format'
import { setOverlay } from '@/lib/overlays'
import { VIEWS } from './views'

/** Where one is, and the way to everything else. */
export function TopBar({ project, aside }: { project?: string; aside?: ReactNode }) {
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b-2 border-line bg-surface px-3 sm:px-4">
      <Link to="/" aria-label="AutoCoder: all projects" className="flex shrink-0 items-center gap-2 rounded-md">
        <img src="/favicon.svg" alt="" width={30} height={30} />
        {!project && <span className="text-lg font-bold tracking-tight">AutoCoder</span>}
      </Link>
      {project && (
        <>
          <Switcher project={project} />
          <ViewLinks project={project} className="ml-2 hidden gap-1 md:flex" />
        </>
      )}
      <span className="grow" />
      {aside}
      <IconButton label="Command palette (Ctrl K)" onClick={() => setOverlay('palette')}>
        <Command size={18} aria-hidden />
      </IconButton>
      <ThemeMenu />
    </header>
  )
}

function Switcher({ project }: { project: string }) {
  const projects = useQuery(projectsQuery())
  const navigate = useNavigate()
  return (
    <Menu
      label="Projects"
      align="start"
      trigger={
        <Button tone="ghost" className="min-w-0 shrink px-2 text-base">
          <span className="truncate">{project}</span>
          <ChevronDown size={16} aria-hidden className="shrink-0" />
        </Button>
      }
      items={[
        ...(projects.data ?? []).map(({ name, progress }) => ({
          text: name,
          icon: name === project ? <Check size={16} aria-label="open" /> : <span className="size-4" />,
          aside: `${percent(progress.passing, progress.total)} %`,
          run: () => void navigate({ to: '/p/$project/board', params: { project: name } }),
        })),
        'line',
        { text: 'New project', icon: <FolderPlus size={16} aria-hidden />, run: () => void navigate({ to: '/new' }) },
      ]}
    />
  )
}

/** The views of a project: in the top bar, or along the bottom of a phone. */
export function ViewLinks({ project, className, stacked = false }: { project: string; className?: string; stacked?: boolean }) {
  return (
    <nav aria-label="Views" className={className}>
      {VIEWS.map(({ to, word, Icon }) => (
        <Link
          key={to}
          to={to}
          params={{ project }}
          className={cn(
            'flex items-center gap-2 rounded-md border-2 border-transparent font-semibold text-ink-soft hover:text-ink',
            'data-[status=active]:border-line data-[status=active]:bg-accent data-[status=active]:text-on-fill',
            stacked ? 'grow basis-0 flex-col gap-0.5 py-1 text-xs' : 'h-9 px-2.5 text-sm',
          )}
        >
          <Icon size={stacked ? 20 : 16} aria-hidden />
          {word}
        </Link>
      ))}
    </nav>
  )
}
