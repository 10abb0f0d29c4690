import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface Tab {
  value: string
  label: ReactNode
}

interface TabsProps {
  tabs: readonly Tab[]
  value: string
  onChange: (value: string) => void
  label: string
  children: ReactNode
  className?: string
}

export function Tabs({ tabs, value, onChange, label, children, className }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange} className={className}>
      <Radix.List aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto sm:gap-1.5 px-1 py-1.5">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            ref={tab.value === value ? intoView : null}
            value={tab.value}
            className="flex shrink-0 items-center gap-1.5 rounded-md border-2 border-transparent px-2 py-1.5 sm:px-2.5 text-sm font-semibold text-ink-soft data-[state=active]:border-line data-[state=active]:bg-surface data-[state=active]:text-ink data-[state=active]:shadow-sm"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {children}
    </Radix.Root>
  )
}

export const TabPanel = ({ value, children, className }: { value: string; children: ReactNode; className?: string }) => (
  <Radix.Content value={value} className={className}>
    {children}
  </Radix.Content>
)

/** On a narrow screen the tabs scroll; the chosen one is in sight. */
function intoView(element: HTMLElement | null): void {
  element?.parentElement?.scrollTo({ left: element.offsetLeft - 24 })
}
