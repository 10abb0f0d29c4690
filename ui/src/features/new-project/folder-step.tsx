import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CornerLeftUp, Folder, FolderPlus } from 'lucide-react'
import { useEffect, useState } from 'react'

import { checkPath, createDirectory } from '@/client/commands'
import { directoryQuery, homeDirectoryQuery } from '@/client/queries'
import { Button } from '@/components/button'
import { Field, Input } from '@/components/field'
import { Skeleton } from '@/components/surface'
import type { StepProps } from './step-props'

/** Where the project lives: a new folder in the one that is open, or an existing one. */
export function FolderStep({ draft, change, importing }: StepProps) {
  const home = useQuery(homeDirectoryQuery())
  const [opened, setOpened] = useState<string | null>(null)
  const open = opened ?? home.data?.path
  const path = draft.path ?? ''
  const inside = (folder: string) => (importing ? folder : `${folder.replace(/\/$/, '')}/${draft.name}`)

  const start = home.data?.path
  useEffect(() => {
    if (draft.path === null && start) change({ path: inside(start) })
  })

  function choose(next: string): void {
    setOpened(next)
    change({ path: inside(next) })
  }

  return (
    <div className="grid gap-4">
      <Field
        label="Folder of the project"
        hint={
          <>
            {importing ? 'The folder of the existing code. ' : 'It is made when it does not exist. '}
            <Judgement path={path} />
          </>
        }
      >
        {(control) => (
          <Input
            {...control}
            value={path}
            spellCheck={false}
            className="font-mono text-sm"
            onChange={(event) => change({ path: event.target.value })}
          />
        )}
      </Field>
      {open ? <Browser key={open} path={open} onOpen={choose} /> : <Skeleton className="h-48" />}
    </div>
  )
}

/** What the server thinks of the folder. */
function Judgement({ path }: { path: string }) {
  const check = useQuery({
    queryKey: ['directory', 'check', path],
    queryFn: () => checkPath(path),
    enabled: path.length > 1,
    staleTime: 2_000,
  })
  if (!check.data) return null
  return <span className={check.data.usable ? 'text-text-proven' : 'font-semibold text-text-failing'}>{check.data.detail}</span>
}

function Browser({ path, onOpen }: { path: string; onOpen: (path: string) => void }) {
  const directory = useQuery(directoryQuery(path))
  const { parent } = directory.data ?? {}
  return (
    <div className="overflow-hidden rounded-lg border-2 border-line bg-surface shadow-sm">
      <p className="flex items-center gap-2 border-b-2 border-line bg-sunken px-3 py-2 font-mono text-xs">
        <span className="min-w-0 grow truncate">{path}</span>
      </p>
      <ul aria-label={`Folders in ${path}`} className="max-h-56 overflow-y-auto p-1.5">
        {parent && <Row icon={<CornerLeftUp size={16} aria-hidden />} text="One up" onClick={() => onOpen(parent)} />}
        {directory.data?.entries.map((entry) => (
          <Row key={entry.path} icon={<Folder size={16} aria-hidden />} text={entry.name} onClick={() => onOpen(entry.path)} />
        ))}
        {directory.data?.entries.length === 0 && <li className="px-2.5 py-2 text-sm text-ink-soft">No folder in here.</li>}
        {directory.isError && <li className="px-2.5 py-2 text-sm font-semibold text-text-failing">{directory.error.message}</li>}
      </ul>
      <NewFolder within={path} onMade={onOpen} />
    </div>
  )
}

function Row({ icon, text, onClick }: { icon: React.ReactNode; text: string; onClick: () => void }) {
  return (
    <li>
      <button type="button" onClick={onClick} className="flex w-full items-center gap-2.5 rounded-sm px-2.5 py-1.5 text-left text-sm font-medium hover:bg-accent hover:text-on-fill">
        {icon}
        {text}
      </button>
    </li>
  )
}

function NewFolder({ within, onMade }: { within: string; onMade: (path: string) => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => createDirectory(`${within.replace(/\/$/, '')}/${name}`),
    onSuccess: async ({ path }) => {
      await queries.invalidateQueries({ queryKey: directoryQuery(within).queryKey })
      onMade(path)
    },
  })
  const submit = () => name && make.mutate()
  return (
    <div className="flex gap-2 border-t-2 border-line p-2">
      <Input
        aria-label="Name of a new folder"
        placeholder="New folder"
        compact
        value={name}
        onChange={(event) => setName(event.target.value.trim())}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          submit()
        }}
      />
      <Button disabled={!name} busy={make.isPending} onClick={submit} icon={<FolderPlus size={15} aria-hidden />}>
        Create
      </Button>
    </div>
  )
}
