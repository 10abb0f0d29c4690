/** Every query as a value: hooks, prefetch and invalidation use the same object, so a key is never typed twice. */
import { queryOptions } from '@tanstack/react-query'

import { projectPath, request } from './http'
import type { ProjectEvent } from './protocol'
import type {
  AgentStatus,
  Board,
  Changes,
  Directory,
  Feature,
  Models,
  Project,
  Prompts,
  SetupStatus,
  TimelineEntry,
  UndoPreview,
  Usage,
  UsageTotals,
  Verification,
} from './types'

export const setupQuery = () =>
  queryOptions({
    queryKey: ['setup'],
    queryFn: ({ signal }) => request<SetupStatus>('GET', '/api/setup/status', { signal }),
    staleTime: 60_000,
  })

export const projectsQuery = () =>
  queryOptions({
    queryKey: ['projects'],
    queryFn: ({ signal }) => request<Project[]>('GET', '/api/projects', { signal }),
  })

export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project],
    queryFn: ({ signal }) => request<Project>('GET', projectPath(project), { signal }),
  })

export const promptsQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'prompts'],
    queryFn: ({ signal }) => request<Prompts>('GET', projectPath(project, 'prompts'), { signal }),
  })

/** The snapshot the live state starts from; the socket keeps it current, so it is never refetched by itself. */
export const boardQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'board'],
    queryFn: ({ signal }) => request<Board>('GET', projectPath(project, 'features'), { signal, query: { view: 'board' } }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

export const agentStatusQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'agent'],
    queryFn: ({ signal }) => request<AgentStatus>('GET', projectPath(project, 'agent', 'status'), { signal }),
  })

export const usageQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'usage'],
    queryFn: ({ signal }) => request<Usage>('GET', projectPath(project, 'usage'), { signal }),
    staleTime: 15_000,
  })

/** What a card has cost. Its key begins with the card's, so that it is asked for again with it. */
export const featureUsageQuery = (project: string, id: number) =>
  queryOptions({
    queryKey: ['projects', project, 'feature', id, 'usage'],
    queryFn: ({ signal }) => request<UsageTotals>('GET', projectPath(project, 'features', id, 'usage'), { signal }),
  })

export const featureQuery = (project: string, id: number) =>
  queryOptions({
    queryKey: ['projects', project, 'feature', id],
    queryFn: ({ signal }) => request<Feature>('GET', projectPath(project, 'features', id), { signal }),
  })

export const receiptsQuery = (project: string, id: number) =>
  queryOptions({
    queryKey: ['projects', project, 'feature', id, 'receipts'],
    queryFn: ({ signal }) => request<Verification[]>('GET', projectPath(project, 'features', id, 'receipts'), { signal }),
  })

export const changesQuery = (project: string, id: number) =>
  queryOptions({
    queryKey: ['projects', project, 'feature', id, 'diff'],
    queryFn: ({ signal }) => request<Changes>('GET', projectPath(project, 'features', id, 'diff'), { signal }),
  })

export const timelineQuery = (project: string, id: number) =>
  queryOptions({
    queryKey: ['projects', project, 'feature', id, 'timeline'],
    queryFn: ({ signal }) => request<TimelineEntry[]>('GET', projectPath(project, 'features', id, 'timeline'), { signal }),
  })

/** What an undo would do. True only at the moment it was asked for, so it is never kept. */
export const undoPreviewQuery = (project: string, id: number) =>
  queryOptions({
    queryKey: ['undo', project, id], // apart from the feature's own: they are asked for again when it changes, as by the undo
    queryFn: ({ signal }) => request<UndoPreview>('GET', projectPath(project, 'features', id, 'undo'), { signal }),
    staleTime: 0,
    gcTime: 0,
  })

export const modelsQuery = () =>
  queryOptions({
    queryKey: ['models'],
    queryFn: ({ signal }) => request<Models>('GET', '/api/settings/models', { signal }),
    staleTime: 300_000,
  })

export const directoryQuery = (path: string) =>
  queryOptions({
    queryKey: ['directory', path],
    queryFn: ({ signal }) => request<Directory>('GET', '/api/filesystem/list', { signal, query: { path } }),
    staleTime: 0,
  })

export const homeDirectoryQuery = () =>
  queryOptions({
    queryKey: ['directory'],
    queryFn: ({ signal }) => request<{ path: string }>('GET', '/api/filesystem/home', { signal }),
    staleTime: Infinity,
  })

/** Stored events before `before`, oldest first. Not a cached query: the live state keeps what was read. */
export const fetchHistory = (
  project: string,
  options: { before: number; limit: number; featureId?: number; signal?: AbortSignal },
) =>
  request<{ events: ProjectEvent[] }>('GET', projectPath(project, 'events'), {
    query: { before: options.before, limit: options.limit, feature_id: options.featureId },
    ...(options.signal && { signal: options.signal }),
  })
