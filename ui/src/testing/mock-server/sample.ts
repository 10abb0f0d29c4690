/** A believable backlog: twelve cards written by hand, thousands made from parts. */
import type { Feature, FeatureStatus, Proof } from '@/client/types'

interface Seed {
  category: string
  name: string
  description: string
  needs?: number[]
}

const RECIPES: Seed[] = [
  { category: 'Foundation', name: 'Health endpoint answers with the build version', description: 'A client sees at a glance which build it talks to.' },
  { category: 'Foundation', name: 'Recipes are stored in SQLite and survive a restart', description: 'Nothing a cook wrote down is ever lost.', needs: [1] },
  { category: 'Recipes', name: 'Create a recipe with ingredients and steps', description: 'A form with a name, any number of ingredients with amounts, and ordered steps.', needs: [2] },
  { category: 'Recipes', name: 'List recipes, newest first, ten a page', description: 'The list is the first page a cook sees.', needs: [3] },
  { category: 'Recipes', name: 'Edit and delete a recipe', description: 'Deleting asks once and can be undone for ten seconds.', needs: [3] },
  { category: 'Search', name: 'Search by name and ingredient', description: 'Typing narrows the list after 200 ms, without accents mattering.', needs: [4] },
  { category: 'Search', name: 'Filter by tag and by time to cook', description: 'Filters add up and stay in the address bar.', needs: [4] },
  { category: 'Cooking', name: 'Scale amounts to the number of guests', description: 'Half a recipe says ½ tsp, not 0.5.', needs: [3] },
  { category: 'Cooking', name: 'Timers for the steps that have a duration', description: 'Several timers at once; they go on when the page is reloaded.', needs: [3] },
  { category: 'Sharing', name: 'Share a recipe by a link that expires', description: 'The link works for seven days, then says so.', needs: [4] },
  { category: 'Sharing', name: 'Print view without anything but the recipe', description: 'One page, black on white.', needs: [4] },
  { category: 'Sharing', name: 'Send the shopping list by e-mail', description: 'Uses the address of the signed-in cook.', needs: [8] },
]

const WORDS = {
  area: ['Accounts', 'Billing', 'Search', 'Reports', 'Import', 'Notifications', 'Admin', 'Mobile'],
  verb: ['Create', 'List', 'Filter', 'Export', 'Archive', 'Validate', 'Sort', 'Share', 'Undo', 'Merge'],
  noun: ['an invoice', 'customers', 'overdue payments', 'a saved search', 'team members', 'audit entries', 'price lists', 'webhooks'],
  tail: ['with paging', 'without reloading the page', 'for a read-only role', 'and say what changed', 'in under 200 ms', 'on a narrow screen'],
}

const pick = (list: readonly string[], i: number): string => list[i % list.length] ?? ''

function seed(index: number, total: number): Seed {
  if (total <= RECIPES.length) return RECIPES[index] ?? { category: 'Other', name: `Card ${index + 1}`, description: '' }
  const name = `${pick(WORDS.verb, index * 7)} ${pick(WORDS.noun, index * 3 + (index >> 3))} ${pick(WORDS.tail, index * 5 + (index >> 5))}`
  return {
    category: pick(WORDS.area, index + (index >> 4)),
    name,
    description: `${name}. Part ${index + 1} of a long list.`,
    ...(index > 4 && index % 3 === 0 && { needs: [index - 3] }),
  }
}

/** A feature as the server would show it, before anything has happened to it. */
export function makeFeature(index: number, total: number): Feature {
  const { category, name, description, needs = [] } = seed(index, total)
  return {
    id: index + 1,
    priority: index + 1,
    category,
    name,
    description,
    steps: ['Open the application', `Do what the card says: ${name.toLowerCase()}`, 'See the result without reloading'],
    status: 'pending',
    passes: false,
    in_progress: false,
    blocked: needs.length > 0,
    dependencies: needs,
    check: null,
    last_receipt: null,
    attempts: 0,
    proof: null,
    stale: false,
    verifying: false,
    verification_id: null,
    moved_by: null,
    human_request: null,
    claimed_by: null,
    failing_reason: null,
    since: null,
  }
}

/** `feature` in another status, with everything that goes with it. */
export function inStatus(feature: Feature, status: FeatureStatus, at: string, more: Partial<Feature> = {}): Feature {
  const passing = status === 'passing'
  const proof: Proof | null = passing ? (more.proof ?? 'green') : null
  const command = `npm test -- tests/${feature.category.toLowerCase()}-${feature.id}.test.ts`
  return {
    ...feature,
    status,
    since: at,
    proof,
    passes: passing,
    in_progress: status === 'in_progress',
    blocked: status === 'pending' && feature.blocked,
    claimed_by: status === 'in_progress' ? (more.claimed_by ?? 'agent-1') : null,
    verifying: false,
    failing_reason: null,
    human_request: null,
    check: passing || status === 'failing'
      ? { command, files: [`tests/${feature.category.toLowerCase()}-${feature.id}.test.ts`], kind: 'proof', already_satisfied: null, hash: 'a3f19c', set_by: 'agent-1', set_at: at }
      : feature.check,
    last_receipt: passing && proof !== 'unproven'
      ? { id: feature.id * 10, commit: '9f2c41e7b0d3', tree: '77aa01', command, exit_base: proof === 'proven' ? 1 : null, exit_head: 0, seconds: 4.2, finished_at: at }
      : null,
    ...more,
  }
}

export const AGENT_LINES = [
  'Reading src/recipes/list.tsx',
  'Edit src/recipes/list.tsx: add the page parameter to the query',
  'npm test -- tests/recipes.test.ts',
  '✓ 14 passed (2.1 s)',
  'The second page repeats the last recipe of the first; the offset is counted from 1.',
  'Write tests/search.test.ts: ignores accents, waits 200 ms',
  'git commit -m "feat(search): narrow the list while typing"',
  'Checking that the list keeps its place after a deletion',
  'GET /api/recipes?page=2 200 in 6 ms',
  'Now the empty state: it should say how to add the first recipe.',
]

export const TOOLS = ['Read', 'Edit', 'Bash', 'Grep', 'Write', 'feature_mark_passing']

export const PATCH = `diff --git a/src/recipes/list.tsx b/src/recipes/list.tsx
--- a/src/recipes/list.tsx
+++ b/src/recipes/list.tsx
@@ -12,5 +12,5 @@ export function RecipeList() {
-  const recipes = useRecipes()
+  const recipes = useRecipes({ page })
   return <ul>{recipes.map(toRow)}</ul>`
