import { useEffect, useRef } from 'react'

import { percent } from '@/lib/format'
import { notify } from '@/lib/notifications'
import { countCards } from '@/live/counts'
import { useLive, useProjectName } from '@/live/live-provider'

/** Tells somebody who is not looking: the page's title, a notification, and paper strips when everything is done. */
export function useAttention(): void {
  const project = useProjectName()
  const loaded = useLive((live) => live.loaded)
  const counts = useLive((live) => countCards(live.cards))
  const status = useLive((live) => live.run.status)
  const { needsInput: needs, done, total } = counts
  const before = useRef<{ needs: number; complete: boolean; status: string } | null>(null)
  const complete = total > 0 && done === total

  useEffect(() => {
    const share = total ? `${percent(done, total)} % · ` : ''
    document.title = `${needs ? `(${needs}) ` : ''}${share}${project} – AutoCoder`
    return () => {
      document.title = 'AutoCoder'
    }
  }, [project, needs, done, total])

  useEffect(() => {
    if (!loaded) return
    const last = before.current
    before.current = { needs, complete, status }
    if (!last) return
    if (needs > last.needs) notify(project, 'A card needs you.')
    if (complete && !last.complete) {
      void import('@/lib/confetti').then(({ throwConfetti }) => throwConfetti())
      notify(project, `All ${total} cards are done.`)
    }
    if (status !== last.status && (status === 'crashed' || status === 'parked')) notify(project, `The run is ${status}.`)
  }, [project, loaded, needs, complete, status, total])
}
