/** A small tree of folders for the folder browser. */
import { http, HttpResponse, type RequestHandler } from 'msw'

export function folderHandlers(): RequestHandler[] {
  const children = new Map<string, string[]>([
    ['/home/you', ['documents', 'projects']],
    ['/home/you/documents', []],
    ['/home/you/projects', ['recipe-box', 'shop']],
    ['/home/you/projects/recipe-box', []],
    ['/home/you/projects/shop', ['src']],
    ['/home/you/projects/shop/src', []],
  ])
  const listing = (path: string) => ({
    path,
    parent: path === '/home/you' ? null : path.slice(0, path.lastIndexOf('/')),
    entries: (children.get(path) ?? []).map((name) => ({ name, path: `${path}/${name}` })),
  })
  return [
    http.get('*/api/filesystem/home', () => HttpResponse.json({ path: '/home/you' })),
    http.get('*/api/filesystem/list', ({ request }) => {
      const path = new URL(request.url).searchParams.get('path') ?? '/home/you'
      if (children.has(path)) return HttpResponse.json(listing(path))
      return HttpResponse.json({ error: 'not_found', detail: `There is no folder ${path}.` }, { status: 404 })
    }),
    http.post<never, { path: string }>('*/api/filesystem/create-directory', async ({ request }) => {
      const { path } = await request.json()
      const parent = path.slice(0, path.lastIndexOf('/'))
      children.set(parent, [...(children.get(parent) ?? []), path.slice(parent.length + 1)])
      children.set(path, [])
      return HttpResponse.json(listing(path), { status: 201 })
    }),
    http.post<never, { path: string }>('*/api/filesystem/validate', async ({ request }) => {
      const { path } = await request.json()
      const known = children.get(path)
      const usable = path.startsWith('/home/you/')
      const detail = usable ? (known ? 'The folder exists.' : 'The folder will be created.') : 'Choose a folder inside your home.'
      return HttpResponse.json({ path, exists: Boolean(known), empty: !known?.length, usable, detail })
    }),
  ]
}
