import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Folder, FolderPlus, House, Moon, Plus } from 'lucide-react'
import { lazy, Suspense, useMemo, useSyncExternalStore } from 'react'

import { projectsQuery } from '@/client/queries'
import type { PaletteItem } from '@/features/command-palette'
import { getOverlay, setOverlay, subscribeOverlay } from '@/lib/overlays'
import { type Shortcut, useShortcuts } from '@/lib/shortcuts'
import { getTheme, setTheme } from '@/lib/theme'
import { KEYS } from './keys'
import { VIEWS } from './views'

const CommandPalette = lazy(async () => ({ default: (await import('@/features/command-palette')).CommandPalette }))
const ShortcutHelp = lazy(async () => ({ default: (await import('@/features/command-palette')).ShortcutHelp }))

interface OverlaysProps {
  project?: string
  /** The cards that fit what was typed. */
  search?: (text: string) => readonly PaletteItem[]
}

/** The palette and the list of shortcuts, with the keys that open them. */
export function Overlays({ project, search }: OverlaysProps) {
  const open = useSyncExternalStore(subscribeOverlay, getOverlay)
  const navigate = useNavigate()
  useShortcuts(
    useMemo<Shortcut[]>(() => {
      const views = VIEWS.map(({ to, word }, i) => ({
        key: String(i + 1),
        does: word,
        run: () => project && void navigate({ to, params: { project } }),
      }))
      return [
        { key: 'mod+k', does: 'Command palette', run: () => setOverlay('palette') },
        { key: '?', does: 'Shortcuts', run: () => setOverlay('help') },
        { key: 't', does: 'Theme', run: toggleTheme },
        ...(project ? [{ key: 'n', does: 'New card', run: () => setOverlay('new-card') }, ...views] : []),
      ]
    }, [project, navigate]),
  )
  return (
    <Suspense>
      {open === 'palette' && <Palette {...(project && { project })} {...(search && { search })} />}
      {open === 'help' && <ShortcutHelp keys={KEYS} onClose={() => setOverlay(null)} />}
    </Suspense>
  )
}

function Palette({ project, search }: OverlaysProps) {
  const navigate = useNavigate()
  const projects = useQuery(projectsQuery())
  const items: PaletteItem[] = [
    ...(project
      ? VIEWS.map(({ to, word, Icon }) => ({
          id: word,
          group: 'View',
          text: word,
          icon: <Icon size={18} aria-hidden />,
          run: () => void navigate({ to, params: { project } }),
        }))
      : []),
    ...(project ? [{ id: 'new-card', group: 'Do', text: 'New card', icon: <Plus size={18} aria-hidden />, run: () => setOverlay('new-card') }] : []),
    { id: 'theme', group: 'Do', text: 'Light or dark theme', icon: <Moon size={18} aria-hidden />, run: toggleTheme },
    { id: 'home', group: 'Go to', text: 'All projects', icon: <House size={18} aria-hidden />, run: () => void navigate({ to: '/' }) },
    { id: 'new', group: 'Do', text: 'New project', icon: <FolderPlus size={18} aria-hidden />, run: () => void navigate({ to: '/new' }) },
    ...(projects.data ?? []).map(({ name }) => ({
      id: `project-${name}`,
      group: 'Project',
      text: name,
      icon: <Folder size={18} aria-hidden />,
      run: () => void navigate({ to: '/p/$project/board', params: { project: name } }),
    })),
  ]
  return <CommandPalette items={items} search={search} onClose={() => setOverlay(null)} />
}

function toggleTheme(): void {
  const dark = getTheme() === 'dark' || (getTheme() === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  setTheme(dark ? 'light' : 'dark')
}
