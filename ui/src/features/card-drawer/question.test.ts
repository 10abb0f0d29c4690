import { expect, it } from 'vitest'

import { readQuestion } from './question'

const DIFF = 'diff --git a/x b/x\n+one'

it('tells the words of a question from the changes it shows', () => {
  expect(readQuestion(`Is that right?\n\n${DIFF}\n`)).toEqual({ words: 'Is that right?', diff: DIFF, cut: false })
  expect(readQuestion('Red or blue?\n\nBoth are there.')).toEqual({ words: 'Red or blue?\n\nBoth are there.', diff: '', cut: false })
})

it('knows that there is more than is shown', () => {
  expect(readQuestion(`Is that right?\n\n${DIFF}\n(and more)`)).toMatchObject({ diff: DIFF, cut: true })
})
