import { beforeEach, expect, it, vi } from 'vitest'

import { askForNotifications, notificationPermission, notify } from './notifications'

const made: [string, NotificationOptions][] = []
class FakeNotification {
  static permission = 'granted'
  static requestPermission = () => Promise.resolve('granted')
  onclick: (() => void) | null = null
  close = vi.fn()
  constructor(title: string, options: NotificationOptions) {
    made.push([title, options])
  }
}

beforeEach(() => {
  made.length = 0
  vi.stubGlobal('Notification', FakeNotification)
})

it('notifies only somebody who looks elsewhere', () => {
  notify('recipe-box', 'A card needs you.')
  expect(made).toEqual([])
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  notify('recipe-box', 'A card needs you.')
  expect(made).toMatchObject([['recipe-box', { body: 'A card needs you.' }]])
})

it('never notifies without leave', async () => {
  vi.stubGlobal('Notification', Object.assign(FakeNotification, { permission: 'denied' }))
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  notify('recipe-box', 'x')
  expect(made).toEqual([])
  expect(notificationPermission()).toBe('denied')
  expect(await askForNotifications()).toBe('granted')
})
