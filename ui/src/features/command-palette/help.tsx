import { Dialog } from '@/components/dialog'

export interface KeyHelp {
  readonly key: string
  readonly does: string
}

/** The list of shortcuts. */
export function ShortcutHelp({ keys, onClose }: { keys: readonly KeyHelp[]; onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts" description="Single keys rest while you type or hold Ctrl or Cmd.">
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
    </Dialog>
  )
}
