/** Browser notifications, only where a person has allowed them and only while the page is not looked at. */
export type Permission = 'granted' | 'denied' | 'default' | 'unsupported'

export function notificationPermission(): Permission {
  return 'Notification' in window ? Notification.permission : 'unsupported'
}

export async function askForNotifications(): Promise<Permission> {
  return 'Notification' in window ? Notification.requestPermission() : 'unsupported'
}

export function notify(title: string, body: string): void {
  if (notificationPermission() !== 'granted' || !document.hidden) return
  const notification = new Notification(title, { body, tag: `autocoder-${title}`, icon: '/favicon.svg' })
  notification.onclick = () => {
    window.focus()
    notification.close()
  }
}
