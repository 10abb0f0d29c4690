/** Numbers and times in the words a person glances at. */

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** "42 s", "7 min", "1 h 05", "3 d 4 h": two units at most. */
export function duration(millis: number): string {
  const ms = Math.max(0, millis)
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${String(Math.floor((ms % HOUR) / MINUTE)).padStart(2, '0')}`
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`
}

/** "12:04" below an hour, "1:12:04" above: for what is counted down or up every second. */
export function clock(millis: number): string {
  const total = Math.max(0, Math.floor(millis / SECOND))
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  const tail = `${String(minutes).padStart(hours ? 2 : 1, '0')}:${String(seconds).padStart(2, '0')}`
  return hours ? `${hours}:${tail}` : tail
}

/** "just now", "5 min ago". */
export function ago(time: number, now: number): string {
  const passed = now - time
  return passed < 10 * SECOND ? 'just now' : `${duration(passed)} ago`
}

/** "14:32" today, "Tue 14:32" within a week, "3 Nov 14:32" before. */
export function moment(time: number, now: number): string {
  const date = new Date(time)
  const hours = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (date.toDateString() === new Date(now).toDateString()) return hours
  if (Math.abs(now - time) < 6 * DAY) return `${date.toLocaleDateString('en-GB', { weekday: 'short' })} ${hours}`
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${hours}`
}

/** "14:32:07". */
export function timeOfDay(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB')
}

/** "$3.42"; below a cent "<$0.01"; an estimate starts with "≈". */
export function dollars(amount: number, estimated = false): string {
  const text = amount > 0 && amount < 0.01 ? '<$0.01' : `$${amount.toFixed(amount >= 1000 ? 0 : 2)}`
  return estimated ? `≈ ${text}` : text
}

/** What "≈" before dollars means. */
export const ESTIMATED = 'Estimated by list price; the exact figure comes when the session ends, unless a subscription pays'

/** "850", "12.4k", "3.1M". */
export function compact(count: number): string {
  if (count < 1000) return String(count)
  if (count < 1_000_000) return `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`
  return `${(count / 1_000_000).toFixed(1)}M`
}

/** "1 card", "2 cards". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** A whole percentage that says 100 only when everything is done. */
export function percent(done: number, total: number): number {
  if (!total) return 0
  return done === total ? 100 : Math.min(99, Math.round((done / total) * 100))
}
