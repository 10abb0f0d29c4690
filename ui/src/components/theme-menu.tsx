import { Check, Monitor, Moon, Sun } from 'lucide-react'
import { useSyncExternalStore } from 'react'

import { getTheme, setTheme, subscribeTheme, type Theme } from '@/lib/theme'
import { IconButton } from './button'
import { Menu } from './menu'

const THEMES: { theme: Theme; word: string; Icon: typeof Sun }[] = [
  { theme: 'light', word: 'Light', Icon: Sun },
  { theme: 'dark', word: 'Dark', Icon: Moon },
  { theme: 'system', word: 'As the system', Icon: Monitor },
]

export const useTheme = (): Theme => useSyncExternalStore(subscribeTheme, getTheme)

export function ThemeMenu() {
  const chosen = useTheme()
  const Icon = THEMES.find(({ theme }) => theme === chosen)?.Icon ?? Monitor
  return (
    <Menu
      label="Theme"
      trigger={
        <IconButton label="Theme">
          <Icon size={18} aria-hidden />
        </IconButton>
      }
      items={THEMES.map(({ theme, word, Icon: Own }) => ({
        text: word,
        icon: <Own size={16} aria-hidden />,
        aside: theme === chosen && <Check size={16} aria-label="chosen" />,
        run: () => setTheme(theme),
      }))}
    />
  )
}
