import { describe, expect, it } from 'vitest'

import { ago, clock, compact, dollars, duration, moment, percent, plural } from './format'

const H = 3_600_000

it.each([
  [59_999, '59 s'],
  [7 * 60_000, '7 min'],
  [H + 5 * 60_000, '1 h 05'],
  [3 * 24 * H + 4 * H, '3 d 4 h'],
  [-5, '0 s'],
])('says a duration of %i ms as %s', (millis, text) => expect(duration(millis)).toBe(text))

it.each([
  [4_000, '0:04'],
  [724_000, '12:04'],
  [H + 12 * 60_000 + 4_000, '1:12:04'],
  [-1, '0:00'],
])('shows %i ms on a clock as %s', (millis, text) => expect(clock(millis)).toBe(text))

describe('percent', () => {
  it('says 100 only when everything is done', () => {
    expect(percent(9_999, 10_000)).toBe(99)
    expect(percent(10_000, 10_000)).toBe(100)
    expect(percent(0, 0)).toBe(0)
  })
})

it('says when something was, in as few words as it takes', () => {
  const now = new Date(2026, 10, 20, 15, 0).getTime()
  expect(moment(new Date(2026, 10, 20, 14, 32).getTime(), now)).toBe('14:32')
  expect(moment(new Date(2026, 10, 18, 14, 32).getTime(), now)).toBe('Wed 14:32')
  expect(moment(new Date(2026, 10, 3, 14, 32).getTime(), now)).toBe('3 Nov 14:32')
  expect(ago(now - 4_000, now)).toBe('just now')
  expect(ago(now - 300_000, now)).toBe('5 min ago')
})

it('counts money, tokens and things', () => {
  expect([dollars(0), dollars(0.004), dollars(3.4), dollars(1234.5), dollars(2, true)]).toEqual(['$0.00', '<$0.01', '$3.40', '$1235', '≈ $2.00'])
  expect([compact(850), compact(6_100), compact(48_200), compact(3_100_000)]).toEqual(['850', '6.1k', '48k', '3.1M'])
  expect([plural(1, 'card'), plural(10_000, 'card'), plural(2, 'card needs', 'cards need')]).toEqual(['1 card', '10,000 cards', '2 cards need'])
})
