/** Everything that changes something on the server, one function a request. */
import { projectPath, request } from './http'
import type {
  AgentStart,
  AgentStatus,
  Directory,
  Feature,
  FeatureCreate,
  FeatureUpdate,
  PathCheck,
  Project,
  ProjectCreate,
  ProjectUpdate,
  Prompts,
  UndoneFeature,
} from './types'

export const createProject = (project: ProjectCreate) => request<Project>('POST', '/api/projects', { body: project })

export const updateProject = (project: string, change: ProjectUpdate) =>
  request<Project>('PATCH', projectPath(project), { body: change })

/** Forget the project; its folder stays. */
export const deleteProject = (project: string) => request<undefined>('DELETE', projectPath(project))

/** Prepare the registered folder of an existing code base. */
export const importProject = (project: string) =>
  request<unknown>('POST', projectPath(project, 'import'), { body: {} })

export const savePrompts = (project: string, prompts: Partial<Prompts>) =>
  request<Prompts>('PUT', projectPath(project, 'prompts'), { body: prompts })

export const startAgents = (project: string, options: AgentStart) =>
  request<AgentStatus>('POST', projectPath(project, 'agent', 'start'), { body: options })

export type RunCommand = 'stop' | 'pause' | 'resume'

export const commandAgents = (project: string, command: RunCommand) =>
  request<AgentStatus>('POST', projectPath(project, 'agent', command), { body: {} })

export const createFeature = (project: string, feature: FeatureCreate) =>
  request<Feature>('POST', projectPath(project, 'features'), { body: feature })

export const updateFeature = (project: string, id: number, change: FeatureUpdate) =>
  request<Feature>('PATCH', projectPath(project, 'features', id), { body: change })

export const skipFeature = (project: string, id: number) =>
  request<Feature>('PATCH', projectPath(project, 'features', id, 'skip'), { body: {} })

export const deleteFeature = (project: string, id: number) =>
  request<undefined>('DELETE', projectPath(project, 'features', id))

/** Take a deletion back. */
export const restoreFeature = (project: string, id: number) =>
  request<Feature>('POST', projectPath(project, 'features', id, 'restore'), { body: {} })

/** Take back what landed for a card, by one commit. */
export const undoFeature = (project: string, id: number, reason: string) =>
  request<UndoneFeature>('POST', projectPath(project, 'features', id, 'undo'), { body: { reason } })

export const verifyFeature = (project: string, id: number) =>
  request<unknown>('POST', projectPath(project, 'features', id, 'verify'), { body: {} })

export const answerFeature = (project: string, id: number, answers: Record<string, string | boolean>) =>
  request<Feature>('POST', projectPath(project, 'features', id, 'resolve-human-input'), { body: { answers } })

export const createDirectory = (path: string) =>
  request<Directory>('POST', '/api/filesystem/create-directory', { body: { path } })

export const checkPath = (path: string) =>
  request<PathCheck>('POST', '/api/filesystem/validate', { body: { path } })
