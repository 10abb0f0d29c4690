import { cn } from '@/lib/cn'

const SHOWN = 2_000

/** A diff as git prints it. What is wider or longer than its box scrolls in it, also by keyboard. */
export function Patch({ text, label, truncated = false, className }: { text: string; label: string; truncated?: boolean; className?: string }) {
  const lines = text.split('\n')
  return (
    <pre
      // It scrolls, so the keyboard has to reach it.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={label}
      className={cn('overflow-auto border-line bg-sunken px-3 py-2 font-mono text-xs leading-relaxed text-ink', className)}
    >
      {lines.slice(0, SHOWN).map((line, i) => (
        <span key={i} className={cn('block min-h-[1lh]', look(line))}>
          {line}
        </span>
      ))}
      {(truncated || lines.length > SHOWN) && <em>… more than is shown here</em>}
    </pre>
  )
}

/** Added and removed lines keep their + and -, so colour is not all that tells them apart. */
function look(line: string): string {
  if (/^(diff |index |\+\+\+ |--- )/.test(line)) return 'font-bold'
  if (line.startsWith('@@')) return 'text-text-progress'
  if (line.startsWith('+')) return 'text-text-proven'
  if (line.startsWith('-')) return 'text-text-failing'
  return ''
}
