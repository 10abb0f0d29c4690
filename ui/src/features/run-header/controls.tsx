import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CirclePause, CircleStop, Play, SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'

import { commandAgents, type RunCommand, startAgents } from '@/client/commands'
import { agentStatusQuery } from '@/client/queries'
import type { AgentStart } from '@/client/types'
import { Button, IconButton } from '@/components/button'
import { isActive } from '@/lib/status'
import { useLive, useProjectName } from '@/live/live-provider'
import { readRunOptions } from './run-options'

const OptionsDialog = lazy(() => import('./options-dialog'))
const StopDialog = lazy(() => import('./stop-dialog'))

/** Start, pause, resume, stop. */
export function Controls() {
  const project = useProjectName()
  const status = useLive((live) => live.run.status)
  const queries = useQueryClient()
  const [dialog, setDialog] = useState<'options' | 'stop' | null>(null)
  const refresh = () => queries.invalidateQueries({ queryKey: agentStatusQuery(project).queryKey })
  const start = useMutation({ mutationFn: (options: AgentStart) => startAgents(project, options), onSuccess: refresh })
  const command = useMutation({ mutationFn: (name: RunCommand) => commandAgents(project, name), onSuccess: refresh })
  const busy = start.isPending || command.isPending
  const startNow = () => start.mutate(readRunOptions(project))

  return (
    <div className="flex items-center gap-2">
      {!isActive(status) && (
        <Button tone="go" busy={busy} onClick={startNow} icon={<Play size={16} aria-hidden className="fill-current" />}>
          Start
        </Button>
      )}
      {status === 'running' && (
        <Button busy={busy} onClick={() => command.mutate('pause')} icon={<CirclePause size={16} aria-hidden />}>
          <span className="max-sm:sr-only">Pause</span>
        </Button>
      )}
      {(status === 'paused' || status === 'parked') && (
        <Button tone="go" busy={busy} onClick={() => command.mutate('resume')} icon={<Play size={16} aria-hidden className="fill-current" />}>
          {status === 'parked' ? 'Try now' : 'Resume'}
        </Button>
      )}
      {isActive(status) && (
        <Button disabled={busy || status === 'stopping'} onClick={() => setDialog('stop')} icon={<CircleStop size={16} aria-hidden />}>
          <span className="max-sm:sr-only">Stop</span>
        </Button>
      )}
      <IconButton label="Run options" onClick={() => setDialog('options')}>
        <SlidersHorizontal size={18} aria-hidden />
      </IconButton>
      <Suspense>
        {dialog === 'options' && (
          <OptionsDialog
            project={project}
            canStart={!isActive(status)}
            onClose={() => setDialog(null)}
            onStart={startNow}
          />
        )}
        {dialog === 'stop' && <StopDialog onClose={() => setDialog(null)} onStop={() => command.mutate('stop')} />}
      </Suspense>
    </div>
  )
}
