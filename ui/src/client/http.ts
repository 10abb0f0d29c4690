/** What the server said no with: its kind, one sentence for a person, and the input at fault where there is one. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly kind: string,
    readonly status: number,
    detail: string,
    readonly field: string | null = null,
  ) {
    super(detail)
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Query = Record<string, string | number | boolean | undefined>

export interface RequestOptions {
  body?: unknown
  query?: Query
  signal?: AbortSignal
}

const UNREACHABLE = 'The AutoCoder server does not answer. Is start_ui still running?'

/** One JSON request. Rejects with ApiError only. */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const { body, query, signal } = options
  const init: RequestInit = { method, headers: { accept: 'application/json' } }
  if (signal) init.signal = signal
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { accept: 'application/json', 'content-type': 'application/json' }
  }
  let response: Response
  try {
    response = await fetch(new URL(path + toSearch(query), location.origin), init)
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('unreachable', 0, UNREACHABLE)
  }
  if (!response.ok) throw await toApiError(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** A path below the project's own, every part encoded. */
export function projectPath(project: string, ...parts: (string | number)[]): string {
  return ['/api/projects', project, ...parts].map((part, i) => (i ? encodeURIComponent(part) : part)).join('/')
}

function toSearch(query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size ? `?${search.toString()}` : ''
}

async function toApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  if (isErrorBody(body)) return new ApiError(body.error, response.status, body.detail, body.field ?? null)
  return new ApiError('error', response.status, `The server answered ${response.status} without an explanation.`)
}

function isErrorBody(body: unknown): body is { error: string; detail: string; field?: string | null } {
  return (
    typeof body === 'object' &&
    body !== null &&
    typeof (body as Record<string, unknown>)['error'] === 'string' &&
    typeof (body as Record<string, unknown>)['detail'] === 'string'
  )
}
