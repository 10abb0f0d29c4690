/** The runs behind a receipt: one with the work, and, where the check has to prove something, one without it before. */
import type { Verification } from '@/client/types'

export interface Run {
  title: string
  exit: number | null
  output: string
}

const WITHOUT = /^--- without the work \(exit -?\d+\)\n/
const WITH = /(?:^|\n)--- with the work \(exit -?\d+\)\n/

/** What ran, in its order. The exit codes are the receipt's own; the headings in the output only divide it. */
export function runsOf({ exit_base: before, exit_head: after, output }: Verification): Run[] {
  const rest = output.replace(WITHOUT, '')
  if (rest !== output) {
    const heading = WITH.exec(rest)
    const runs = [{ title: 'Without the work', exit: before, output: rest.slice(0, heading?.index).trimEnd() }]
    return heading ? [...runs, { title: 'With the work', exit: after, output: rest.slice(heading.index + heading[0].length).trimEnd() }] : runs
  }
  if (before === null && after === null) return output ? [{ title: 'Output', exit: null, output }] : []
  if (before !== null && before === after) return [{ title: 'Without and with the work', exit: after, output }]
  return [{ title: 'With the work', exit: after, output }]
}
