/** Names for the REST shapes. When `schema.d.ts` is generated, only the import below changes. */
import type { components } from './schema'

export type {
  AgentState,
  FeatureStatus,
  ProjectKind,
  Proof,
  ProofPolicy,
  Role,
  RunStatus,
} from './schema'

type Schemas = components['schemas']

export type AgentStart = Schemas['AgentStart']
export type AgentStatus = Schemas['AgentStatus']
export type AgentView = Schemas['AgentView']
export type Board = Schemas['Board']
export type BoardCard = Schemas['BoardCard']
export type Check = Schemas['CheckView']
export type Directory = Schemas['Directory']
export type Feature = Schemas['FeatureView']
export type FeatureCreate = Schemas['FeatureCreate']
export type FeatureUpdate = Schemas['FeatureUpdate']
export type HumanField = Schemas['HumanField']
export type HumanRequest = Schemas['HumanRequest']
export type Models = Schemas['Models']
export type PathCheck = Schemas['PathCheck']
export type Progress = Schemas['Progress']
export type Project = Schemas['Project']
export type ProjectCreate = Schemas['ProjectCreate']
export type ProjectUpdate = Schemas['ProjectUpdate']
export type Prompts = Schemas['Prompts']
export type SetupCheck = Schemas['SetupCheck']
export type SetupStatus = Schemas['SetupStatus']
export type TimelineEntry = Schemas['TimelineEntry']
export type Usage = Schemas['Usage']
export type Verification = Schemas['VerificationView']
