import { type ButtonHTMLAttributes, cloneElement, lazy, type ReactElement, type ReactNode, Suspense, useState } from 'react'

export interface MenuAction {
  readonly text: string
  readonly icon?: ReactNode
  /** Shown at the end: a state, a shortcut. */
  readonly aside?: ReactNode
  readonly danger?: boolean
  readonly run: () => void
}

export interface MenuProps {
  trigger: ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>
  label: string
  align?: 'start' | 'end'
  items: readonly (MenuAction | 'line')[]
}

const load = () => import('./menu-content')
const MenuContent = lazy(load)

/** A button with a menu. What a menu is made of is fetched when somebody reaches for one. */
export function Menu(props: MenuProps) {
  const [used, setUsed] = useState(false)
  const { trigger } = props
  if (used) {
    return (
      <Suspense fallback={trigger}>
        <MenuContent {...props} />
      </Suspense>
    )
  }
  return cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: () => void load(),
    onFocus: () => void load(),
    onClick: () => setUsed(true),
  })
}
