import { useQuery } from '@tanstack/react-query'
import { CircleCheckBig, CircleX, RefreshCw, TriangleAlert } from 'lucide-react'

import { setupQuery } from '@/client/queries'
import type { SetupCheck } from '@/client/types'
import { Badge } from '@/components/badge'
import { Button } from '@/components/button'
import { Skeleton } from '@/components/surface'

const LOOKS: Record<SetupCheck['status'], { word: string; fill: string; Icon: typeof CircleX }> = {
  ok: { word: 'OK', fill: 'bg-proven', Icon: CircleCheckBig },
  warning: { word: 'Warning', fill: 'bg-accent', Icon: TriangleAlert },
  missing: { word: 'Missing', fill: 'bg-failing', Icon: CircleX },
}

/** What a run needs on this machine, tried out by the server. */
export function Doctor() {
  const setup = useQuery(setupQuery())
  if (setup.isPending) return <Skeleton className="h-24" />
  return (
    <div className="grid gap-3">
      {setup.data?.checks.length === 0 && <p className="text-sm">Nothing is missing.</p>}
      <ul className="grid gap-2.5">
        {setup.data?.checks.map((check) => {
          const { word, fill, Icon } = LOOKS[check.status]
          return (
            <li key={check.name} className="flex items-start gap-3 text-sm">
              <Badge fill={fill} icon={<Icon size={12} aria-hidden />} className="mt-0.5">
                {word}
              </Badge>
              <span>
                <strong>{check.name}:</strong> {check.detail} {check.status !== 'ok' && check.remedy}
              </span>
            </li>
          )
        })}
      </ul>
      <Button className="justify-self-end" busy={setup.isFetching} onClick={() => void setup.refetch()} icon={<RefreshCw size={16} aria-hidden />}>
        Check again
      </Button>
    </div>
  )
}
