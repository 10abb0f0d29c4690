import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'

import { server } from '@/testing/server'
import { ApiError, projectPath, request } from './http'

const failing = (body: string, status: number) => server.use(http.get('*/api/x', () => new HttpResponse(body, { status })))

describe('request', () => {
  it('encodes every part of a path and leaves out what is not asked for', async () => {
    let url = ''
    server.use(
      http.get('*/api/projects/*', ({ request: seen }) => {
        url = seen.url
        return HttpResponse.json([])
      }),
    )
    await request('GET', projectPath('a/b c', 'features', 7), { query: { view: 'board', after: undefined } })
    expect(url).toMatch(/\/api\/projects\/a%2Fb%20c\/features\/7\?view=board$/)
  })

  it('turns the server’s refusal into an error with its kind, sentence and field', async () => {
    failing('{"error":"conflict","detail":"That name is taken.","field":"name"}', 409)
    await expect(request('GET', '/api/x')).rejects.toMatchObject({ kind: 'conflict', status: 409, message: 'That name is taken.', field: 'name' })
  })

  it.each(['<html>', '{}', '{"detail":[{"msg":"x"}]}', 'null'])('says so when there is no explanation: %s', async (body) => {
    failing(body, 502)
    await expect(request('GET', '/api/x')).rejects.toThrow('The server answered 502 without an explanation.')
  })

  it('says that the server does not answer', async () => {
    server.use(http.get('*/api/x', () => HttpResponse.error()))
    await expect(request('GET', '/api/x')).rejects.toMatchObject({ kind: 'unreachable', status: 0 })
  })

  it('lets an aborted request be an abort, not a failure of the server', async () => {
    server.use(http.get('*/api/x', () => HttpResponse.json({})))
    const signal = AbortSignal.abort()
    await expect(request('GET', '/api/x', { signal })).rejects.not.toBeInstanceOf(ApiError)
  })

  it('has nothing to say about an answer without a body', async () => {
    server.use(http.delete('*/api/x', () => new HttpResponse(null, { status: 204 })))
    await expect(request('DELETE', '/api/x')).resolves.toBeUndefined()
  })
})
