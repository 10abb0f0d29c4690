import { PlugZap, Radio, ShieldX, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'

import { Button } from '@/components/button'
import { Banner } from '@/components/surface'
import { useNow } from '@/lib/clock'
import { useConnection, useSnapshotError } from '@/live/live-provider'
import type { RefusedCode } from '@/live/socket'

/** Whether what is on the page is what is happening. */
export function ConnectionChip() {
  const { phase } = useConnection()
  const live = phase === 'live'
  return (
    <span role="status" className="hidden items-center gap-1.5 px-1 text-xs font-semibold text-ink-soft sm:flex">
      {live ? <Radio size={15} aria-hidden className="text-text-proven" /> : <Unplug size={15} aria-hidden className="text-text-warning" />}
      {live ? 'Live' : phase === 'connecting' ? 'Connecting' : 'Not live'}
    </span>
  )
}

const REFUSED: Record<RefusedCode, string> = {
  4001: 'The server asks for a sign-in. Reload the page to sign in again.',
  4003: 'The server does not accept live updates from this address. Open the address that start_ui printed.',
  4004: 'The server no longer knows this project.',
}

/** Says when the page is not current, instead of showing an old state as the present one. */
export function ConnectionBanner() {
  const connection = useConnection()
  const error = useSnapshotError()
  const now = useNow()
  if (error) {
    const { status, message } = error
    return <Strip icon={<PlugZap size={20} aria-hidden />}>{status === 0 || status >= 500 ? `${message} Trying again by itself.` : message}</Strip>
  }
  if (connection.phase === 'refused') {
    return (
      <Strip icon={<ShieldX size={20} aria-hidden />} actions={<Button onClick={() => location.reload()}>Reload</Button>}>
        {REFUSED[connection.code]}
      </Strip>
    )
  }
  // A blink of the connection is nobody's business.
  if (connection.phase === 'live' || connection.failures < 2) return null
  const seconds = connection.phase === 'offline' ? Math.max(0, Math.ceil((connection.retryAt - now) / 1000)) : 0
  return (
    <Strip icon={<Unplug size={20} aria-hidden />}>
      Not connected: this is the last known state. {seconds ? `Trying again in ${seconds} s.` : 'Trying again …'}
    </Strip>
  )
}

function Strip({ icon, actions, children }: { icon: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className="px-4 pt-3">
      <Banner tone="error" icon={icon} actions={actions}>
        {children}
      </Banner>
    </div>
  )
}
