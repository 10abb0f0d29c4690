import type { ButtonHTMLAttributes, ReactNode } from 'react'

import { cn } from '@/lib/cn'

export type ButtonTone = 'plain' | 'primary' | 'go' | 'danger' | 'needs' | 'ghost'
export type ButtonSize = 'sm' | 'md' | 'lg'

const TONES: Record<ButtonTone, string> = {
  plain: 'bg-surface text-ink border-line shadow-sm',
  primary: 'bg-accent text-on-fill border-line shadow-sm',
  go: 'bg-proven text-on-fill border-line shadow-sm',
  danger: 'bg-failing text-on-fill border-line shadow-sm',
  needs: 'bg-needs text-on-fill border-line shadow-sm',
  ghost: 'bg-transparent text-ink border-transparent hover:bg-sunken',
}

const SIZES: Record<ButtonSize, string> = {
  sm: 'h-8 gap-1.5 px-2.5 text-sm',
  md: 'h-9 gap-2 px-3.5 text-sm',
  lg: 'h-11 gap-2 px-5 text-base',
}
const SQUARES: Record<ButtonSize, string> = { sm: 'size-8', md: 'size-9', lg: 'size-11' }

/** The look of a button, for links that are one. */
export function buttonClass(tone: ButtonTone = 'plain', size: ButtonSize = 'md', square = false): string {
  return cn(
    'inline-flex shrink-0 items-center justify-center rounded-md border-2 font-semibold whitespace-nowrap select-none',
    'transition-[transform,box-shadow] duration-100',
    tone !== 'ghost' &&
      // Only the shadow answers the pointer: a button that moves under it would flicker at its edges.
      'hover:shadow-md active:translate-x-px active:translate-y-px active:shadow-none',
    'disabled:translate-0 disabled:opacity-50 disabled:shadow-none',
    TONES[tone],
    square ? SQUARES[size] : SIZES[size],
  )
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: ButtonTone
  size?: ButtonSize
  icon?: ReactNode
  busy?: boolean
}

export function Button({ tone, size, icon, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled ?? busy}
      aria-busy={busy || undefined}
      className={cn(buttonClass(tone, size), className)}
    >
      {icon}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'busy' | 'children'> {
  /** What it does, for those who cannot see the icon. */
  label: string
  children: ReactNode
}

export function IconButton({ label, children, tone = 'ghost', size = 'md', className, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} {...rest} className={cn(buttonClass(tone, size, true), className)}>
      {children}
    </button>
  )
}
