import { expect, it } from 'vitest'

import { changeWords } from './changes'

it('puts codes into words, also those of a newer server', () => {
  expect(changeWords('verification_passed')).toBe('Check passed')
  expect(changeWords('moved_to_the_moon')).toBe('moved to the moon')
})
