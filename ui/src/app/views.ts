import { Activity, Bot, KanbanSquare, Settings } from 'lucide-react'

/** The views of a project, in the order of their tabs and number keys. */
export const VIEWS = [
  { to: '/p/$project/board', word: 'Board', Icon: KanbanSquare },
  { to: '/p/$project/agents', word: 'Agents', Icon: Bot },
  { to: '/p/$project/activity', word: 'Activity', Icon: Activity },
  { to: '/p/$project/settings', word: 'Settings', Icon: Settings },
] as const
