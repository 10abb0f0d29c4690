import { Button } from '@/components/button'
import { Dialog, DialogActions } from '@/components/dialog'

/** Stopping throws away what the sessions have not committed, so it asks. */
export default function StopDialog({ onClose, onStop }: { onClose: () => void; onStop: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Stop the agents?">
      <div className="grid gap-4 p-5">
        <p>
          Their sessions end at once, and the cards they hold go back to pending. What is merged stays. <strong>Pause</strong> lets
          them finish first.
        </p>
        <DialogActions>
          <Button onClick={onClose}>Keep going</Button>
          <Button
            tone="danger"
            onClick={() => {
              onStop()
              onClose()
            }}
          >
            Stop now
          </Button>
        </DialogActions>
      </div>
    </Dialog>
  )
}
