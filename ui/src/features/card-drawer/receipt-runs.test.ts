import { expect, it } from 'vitest'

import type { Verification } from '@/client/types'
import { runsOf } from './receipt-runs'

const receipt = (output: string, exit_base: number | null, exit_head: number | null) => ({ output, exit_base, exit_head }) as Verification

it('divides what a proof printed into its two runs', () => {
  const output = '--- without the work (exit 1)\n1 failed\n\n--- with the work (exit 0)\n1 passed\n'
  expect(runsOf(receipt(output, 1, 0))).toEqual([
    { title: 'Without the work', exit: 1, output: '1 failed' },
    { title: 'With the work', exit: 0, output: '1 passed' },
  ])
})

it('shows one run where the other was never reached', () => {
  expect(runsOf(receipt('--- without the work (exit 0)\n1 passed\n', 0, null))).toEqual([{ title: 'Without the work', exit: 0, output: '1 passed' }])
})

it('names the only run of a check that is not compared', () => {
  expect(runsOf(receipt('1 passed', null, 0))).toEqual([{ title: 'With the work', exit: 0, output: '1 passed' }])
})

it('says when one run stands for both sides', () => {
  expect(runsOf(receipt('1 passed', 0, 0))[0]?.title).toBe('Without and with the work')
})

it('takes exit codes from the receipt, whatever the output claims', () => {
  expect(runsOf(receipt('--- without the work (exit 0)\n\n--- with the work (exit 0)\n', 1, 2)).map(({ exit }) => exit)).toEqual([1, 2])
})

it('keeps what was printed before anything ran', () => {
  expect(runsOf(receipt('init.sh: no such package', null, null))).toEqual([{ title: 'Output', exit: null, output: 'init.sh: no such package' }])
  expect(runsOf(receipt('', null, null))).toEqual([])
})
