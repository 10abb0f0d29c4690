import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

import { showToast } from '@/lib/toasts'
import { Button } from './button'

/** Copies a text, and says so. */
export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }) {
  const [copied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text)
      setCopied(true)
      setTimeout(() => setCopied(false), 1500)
    } catch {
      showToast('The browser does not allow copying here; select the text instead.', { tone: 'error' })
    }
  }
  return (
    <Button size="sm" onClick={() => void copy()} icon={copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}>
      {copied ? 'Copied' : label}
    </Button>
  )
}
