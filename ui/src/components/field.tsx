import { type ComponentProps, type ReactNode, useId } from 'react'

import { cn } from '@/lib/cn'

const BOX =
  'w-full rounded-md border-2 border-line bg-surface px-3 text-ink placeholder:text-ink-soft aria-invalid:border-text-failing disabled:opacity-60'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | null | undefined
  /** Renders the control with what ties it to its label and messages. */
  children: (control: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}

/** A control with its label, a hint, and what is wrong with it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(error && { 'aria-invalid': true as const }),
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-sm font-semibold text-text-failing">
          {error}
        </p>
      )}
    </div>
  )
}

/** `compact` for toolbars. */
interface Compact {
  compact?: boolean
}

export function Input({ compact = false, className, ...rest }: ComponentProps<'input'> & Compact) {
  return <input {...rest} className={cn(BOX, compact ? 'h-9 sm:text-sm' : 'h-10', className)} />
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={cn(BOX, 'py-2', className)} />
}

/** The browser's own select: light, and the best one there is on a phone. */
export function Select({ compact = false, className, children, ...rest }: ComponentProps<'select'> & Compact) {
  return (
    <select {...rest} className={cn(BOX, 'pr-8 font-medium', compact ? 'h-9 text-sm' : 'h-10', className)}>
      {children}
    </select>
  )
}
