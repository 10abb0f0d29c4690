import { useQuery } from '@tanstack/react-query'

import { setupQuery } from '@/client/queries'
import { CopyButton } from '@/components/copy-button'
import { Dialog } from '@/components/dialog'

const COMMAND = './start_ui.sh --demo'

/** The demo has a home of its own, so it is started beside this server, never inside it. */
export default function DemoDialog({ onClose }: { onClose: () => void }) {
  const setup = useQuery(setupQuery())
  return (
    <Dialog open onClose={onClose} title="Try the demo">
      <div className="grid gap-3 p-5 text-sm">
        {setup.data?.demo ? (
          <p>This is the demo. Open its project and press start: a scripted model builds it in about two minutes.</p>
        ) : (
          <>
            <p>
              It needs no account and leaves your projects alone: a scripted model builds a sample application live, in about two
              minutes. Run this in the folder of AutoCoder:
            </p>
            <p className="flex items-center gap-2 rounded-md border-2 border-line bg-sunken p-2 pl-3 font-mono">
              <code className="grow">{COMMAND}</code>
              <CopyButton text={COMMAND} />
            </p>
            <p className="text-ink-soft">On Windows: start_ui.bat --demo</p>
          </>
        )}
      </div>
    </Dialog>
  )
}
