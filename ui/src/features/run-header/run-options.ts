import type { AgentStart } from '@/client/types'
import { readStored, writeStored } from '@/lib/stored'

const key = (project: string) => `autocoder.run.${project}`

/** What the next run of a project does otherwise than its settings say; kept in this browser. */
export function readRunOptions(project: string): AgentStart {
  return readStored(key(project), isOptions) ?? {}
}

export function writeRunOptions(project: string, options: AgentStart): void {
  writeStored(key(project), options)
}

function isOptions(value: unknown): value is AgentStart {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
