import { BellRing } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/components/button'
import { Field, Select } from '@/components/field'
import { useTheme } from '@/components/theme-menu'
import { askForNotifications, notificationPermission, type Permission } from '@/lib/notifications'
import { setTheme, type Theme } from '@/lib/theme'

const SAID: Record<Permission, string> = {
  granted: 'This browser tells you when a card needs you, or when a run stops, while you look elsewhere.',
  denied: 'This browser does not allow notifications from this address; its settings for the page can change that.',
  default: 'A notification when a card needs you, or when a run stops, while you look elsewhere.',
  unsupported: 'This browser has no notifications.',
}

export function Appearance() {
  const theme = useTheme()
  const [permission, setPermission] = useState(notificationPermission)
  return (
    <div className="grid gap-4">
      <Field label="Theme">
        {(control) => (
          <Select {...control} value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
            <option value="system">As the system</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </Select>
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <p className="grow basis-60 text-sm">{SAID[permission]}</p>
        {permission === 'default' && (
          <Button onClick={() => void askForNotifications().then(setPermission)} icon={<BellRing size={16} aria-hidden />}>
            Allow notifications
          </Button>
        )}
      </div>
    </div>
  )
}
