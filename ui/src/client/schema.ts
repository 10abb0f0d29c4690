/**
 * The REST shapes the app relies on, laid out as openapi-typescript lays them out (`components['schemas'][…]`), so that
 * a generated `schema.d.ts` takes this file's place without touching anything but `types.ts`.
 */

export type FeatureStatus = 'pending' | 'in_progress' | 'passing' | 'failing' | 'needs_input'
export type Proof = 'proven' | 'guarded' | 'green' | 'unproven'
export type RunStatus = 'idle' | 'running' | 'paused' | 'stopping' | 'stopped' | 'crashed' | 'parked' | 'finished'
export type Role = 'initializer' | 'coder' | 'tester' | 'assistant' | 'person' | 'harness'
export type AgentState = 'starting' | 'working' | 'verifying' | 'waiting' | 'finished'
export type ProjectKind = 'web_app' | 'backend_api'
export type ProofPolicy = 'proven' | 'green' | 'off'

export interface components {
  schemas: {
    Error: { error: string; detail: string; field?: string | null }

    SetupCheck: { name: string; status: 'ok' | 'warning' | 'missing'; detail: string; remedy?: string | null }
    SetupStatus: { ready: boolean; demo: boolean; version?: string; checks: components['schemas']['SetupCheck'][] }

    Progress: {
      passing: number
      proven: number
      unproven: number
      in_progress: number
      total: number
      percentage: number
    }

    Project: {
      name: string
      path: string
      kind: ProjectKind
      created_at: string
      status: RunStatus
      status_reason?: string | null
      status_until?: string | null
      progress: components['schemas']['Progress']
      needs_input: number
      failing: number
      cost_today_usd: number
      cost_estimated: boolean
      last_activity_at?: string | null
      proof_policy: ProofPolicy
      budget_usd?: number | null
      /** Why the folder cannot be used just now, for example because it was moved away. */
      problem?: string | null
    }
    ProjectCreate: { name: string; path: string; kind: ProjectKind; spec?: string }
    ProjectUpdate: { proof_policy?: string; budget_usd?: number | null }
    Prompts: { app_spec: string; initializer_prompt: string; coding_prompt: string }

    CheckView: {
      command: string
      files: string[]
      kind: 'proof' | 'guard'
      already_satisfied: string | null
      hash: string
      set_by: string
      set_at: string
    }
    ReceiptView: {
      id: number
      commit: string | null
      tree: string | null
      command: string
      exit_base: number | null
      exit_head: number | null
      seconds: number | null
      finished_at: string | null
    }
    /** One run of a feature's check, as `GET …/receipts` lists them: newest first. */
    VerificationView: {
      id: number
      feature_id: number
      state: 'queued' | 'running' | 'passed' | 'failed' | 'broken' | 'cancelled'
      policy: ProofPolicy
      requested_by: string
      command: string
      commit: string | null
      tree: string | null
      exit_base: number | null
      exit_head: number | null
      seconds: number | null
      output: string
      detail: string | null
      created_at: string
      finished_at: string | null
    }
    HumanField: {
      name: string
      label: string
      kind: 'text' | 'secret' | 'choice' | 'boolean'
      options: string[]
      required: boolean
    }
    HumanRequest: {
      prompt: string
      fields: components['schemas']['HumanField'][]
      asked_by: string
      answers: Record<string, unknown> | null
    }

    /** The compact form of `GET …/features?view=board`: one row a card, in order of priority. */
    BoardCard: {
      id: number
      priority: number
      category: string
      name: string
      status: FeatureStatus
      proof: Proof | null
      stale: boolean
      blocked: boolean
      verifying: boolean
      /** The agent whose claim it is. */
      claimed_by: string | null
      attempts: number
      moved_by: string | null
      /** Since when it has been in this status; where the server does not say, the socket's own times are used. */
      since?: string | null
      /** Why it waits for a person, or what went red. */
      reason?: string | null
    }
    Board: {
      /** The last event that this snapshot contains: the socket goes on after it. */
      seq: number
      features: components['schemas']['BoardCard'][]
    }
    FeatureView: components['schemas']['BoardCard'] & {
      description: string
      steps: string[]
      passes: boolean
      in_progress: boolean
      dependencies: number[]
      check: components['schemas']['CheckView'] | null
      last_receipt: components['schemas']['ReceiptView'] | null
      verification_id: number | null
      human_request: components['schemas']['HumanRequest'] | null
      failing_reason: string | null
    }
    FeatureCreate: { category: string; name: string; description: string; steps: string[] }
    FeatureUpdate: {
      category?: string
      name?: string
      description?: string
      steps?: string[]
      priority?: number
    }
    TimelineEntry: { seq: number; timestamp: string; change: string; actor: string; note?: string | null }

    AgentView: {
      agent: string
      role: Role
      state: AgentState
      feature_id?: number | null
      session_id?: number | null
      tool?: string | null
      since?: string | null
      input_tokens: number
      output_tokens: number
      cost_usd: number
    }
    AgentStatus: {
      status: RunStatus
      run_id?: number | null
      reason?: string | null
      until?: string | null
      started_at?: string | null
      concurrency?: number | null
      model?: string | null
      agents: components['schemas']['AgentView'][]
    }
    AgentStart: { concurrency?: number; model?: string; budget_usd?: number }

    Usage: {
      today_usd: number
      total_usd: number
      budget_usd?: number | null
      estimated: boolean
      input_tokens: number
      output_tokens: number
    }

    Model: { id: string; name: string }
    Models: { models: components['schemas']['Model'][]; default: string }

    DirectoryEntry: { name: string; path: string }
    Directory: { path: string; parent?: string | null; entries: components['schemas']['DirectoryEntry'][] }
    PathCheck: { path: string; exists: boolean; empty: boolean; usable: boolean; detail: string }
  }
}
