import { cn } from '@/lib/cn'

/** What a machine printed or is told. What is wider than the drawer scrolls, also by keyboard. */
export function Code({ text, label, bare = false }: { text: string; label: string; bare?: boolean }) {
  return (
    <pre
      // It scrolls, so the keyboard has to reach it.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={label}
      className={cn('max-h-72 overflow-auto bg-sunken px-3 py-2 font-mono text-xs leading-relaxed', bare ? 'border-t-2 border-line' : 'rounded-md border-2 border-line')}
    >
      {text}
    </pre>
  )
}
