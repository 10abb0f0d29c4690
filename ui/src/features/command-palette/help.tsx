import { ProofBadge } from '@/components/badge'
import { Dialog } from '@/components/dialog'
import { type ProofState, PROOFS, STALE } from '@/lib/status'

export interface KeyHelp {
  readonly key: string
  readonly does: string
}

/** The list of shortcuts, and what the badges on the cards mean. */
export function ShortcutHelp({ keys, onClose }: { keys: readonly KeyHelp[]; onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keys and badges" description="Single keys rest while you type or hold Ctrl or Cmd.">
      <dl className="grid gap-2.5 p-5">
        {keys.map(({ key, does }) => (
          <div key={key} className="flex items-center gap-4">
            <dd className="order-last grow">{does}</dd>
            <dt className="flex w-28 shrink-0 gap-1">
              {key.split(' ').map((part) => (
                <kbd key={part} className="rounded-sm border-2 border-line bg-surface px-2 font-mono text-sm font-semibold shadow-sm">
                  {part}
                </kbd>
              ))}
            </dt>
          </div>
        ))}
      </dl>
      <h3 className="border-t-2 border-line px-5 pt-4 font-bold">What stands behind a green card</h3>
      <dl className="grid gap-2.5 p-5 pt-3 text-sm">
        {(Object.keys(PROOFS) as ProofState[]).map((proof) => (
          <Meaning key={proof} proof={proof} text={PROOFS[proof].means} />
        ))}
        <Meaning proof="proven" stale text={STALE} />
      </dl>
    </Dialog>
  )
}

function Meaning({ proof, stale = false, text }: { proof: ProofState; stale?: boolean; text: string }) {
  return (
    <div className="flex items-start gap-4">
      <dt className="w-28 shrink-0">
        <ProofBadge proof={proof} stale={stale} />
      </dt>
      <dd>{text}</dd>
    </div>
  )
}
