import { setupServer } from 'msw/node'

/** Answers the requests of unit tests; one that no handler knows is an error. */
export const server = setupServer()
