/** Names for the REST shapes, which are generated from the server: see `npm run client`. */
import type { components } from './schema'

type Schemas = components['schemas']

export type AgentStart = Schemas['AgentStart']
export type AgentStatus = Schemas['AgentStatus']
export type AgentView = Schemas['AgentView']
export type Board = Schemas['Board']
export type BoardCard = Schemas['BoardCard']
export type Changes = Schemas['Changes']
export type Directory = Schemas['Directory']
export type Feature = Schemas['FeatureView'] & Pick<BoardCard, 'since' | 'reason'>
export type FeatureCreate = Schemas['FeatureCreate']
export type FeatureUpdate = Schemas['FeaturePatch']
export type HumanField = Schemas['HumanField']
export type HumanRequest = Schemas['HumanRequest']
export type Models = Schemas['Models']
export type PathCheck = Schemas['PathCheck']
export type Project = Schemas['Project']
export type ProjectCreate = Schemas['ProjectCreate']
export type ProjectUpdate = Schemas['ProjectUpdate']
export type Prompts = Schemas['Prompts']
export type SetupCheck = Schemas['SetupCheck']
export type SetupStatus = Schemas['SetupStatus']
export type TimelineEntry = Schemas['TimelineEntry']
export type UndoneFeature = Schemas['UndoneFeature']
export type UndoPreview = Schemas['UndoPreview']
export type Usage = Schemas['Usage']
export type UsageTotals = Schemas['UsageTotals']
export type Verification = Schemas['VerificationView']

export type AgentState = AgentView['state']
export type FeatureStatus = BoardCard['status']
export type Proof = NonNullable<BoardCard['proof']>
export type Role = AgentView['role']
export type RunStatus = AgentStatus['status']

/** The kinds that the wizard offers. */
export type ProjectKind = 'web_app' | 'backend_api'
