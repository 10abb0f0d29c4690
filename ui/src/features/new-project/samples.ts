import type { ProjectKind } from '@/client/types'

/** Specifications to start from, and to see what a good one says. */
export const SAMPLES: readonly { name: string; kind: ProjectKind; spec: string }[] = [
  {
    name: 'Recipe box (web application)',
    kind: 'web_app',
    spec: `# Recipe box

A place for the recipes of a family, in the browser, for one household.

## What it does
- Create, edit and delete recipes: a name, ingredients with amounts, ordered steps, tags, a photo.
- List them newest first, ten a page; search by name and ingredient; filter by tag and time to cook.
- Scale the amounts to the number of guests (half a recipe says 1/2 tsp, not 0.5).
- Timers for steps with a duration; they go on when the page is reloaded.
- A print view with nothing but the recipe.

## Look
Calm, large type, works on a phone in the kitchen. Light and dark.

## Technology
React with TypeScript and Vite; a small Node server with SQLite. No account, no network services.

## Done means
Every feature has a test that drives it the way a person would. Twenty to thirty features.
`,
  },
  {
    name: 'Bookings (back-end API)',
    kind: 'backend_api',
    spec: `# Bookings API

The back end of a small studio that rents rooms by the hour.

## Entities
- Room: name, capacity, hourly price, active.
- Customer: name, e-mail (unique).
- Booking: room, customer, start, end, status (requested, confirmed, cancelled).

## Rules
- Two confirmed bookings of one room never overlap.
- A booking can be cancelled until 24 hours before its start.
- Only staff confirm bookings; customers see their own.

## API
REST with OpenAPI, pagination on every list, one error shape, bearer tokens.

## Technology
Python, FastAPI, PostgreSQL, Alembic, pytest.
`,
  },
]
