import { cn } from '@/lib/cn'

export interface Part {
  name: string
  count: number
  /** A background class of the tokens. */
  fill: string
  striped?: boolean
}

/** How the whole divides, as one bar. The parts are also said in words for those who cannot see it. */
export function ProgressBar({ parts, total, className }: { parts: readonly Part[]; total: number; className?: string }) {
  const said = parts.map((part) => `${part.count} ${part.name}`).join(', ')
  return (
    <div
      role="img"
      aria-label={`${said} of ${total}`}
      className={cn('flex h-5 overflow-hidden rounded-md border-2 border-line bg-sunken', className)}
    >
      {parts
        .filter((part) => part.count > 0)
        .map((part) => (
          <div
            key={part.name}
            title={`${part.count} ${part.name}`}
            style={{ width: `${(part.count / Math.max(total, 1)) * 100}%` }}
            className={cn('border-r-2 border-on-fill last:border-r-0', part.fill, part.striped && 'stripes')}
          />
        ))}
    </div>
  )
}

interface RingProps {
  /** 0..100 */
  percentage: number
  /** Of the same whole, 0..100: drawn behind, lighter. */
  underway?: number
  size?: number
  label: string
}

/** Progress as a ring with the number in it. */
export function ProgressRing({ percentage, underway = 0, size = 64, label }: RingProps) {
  const stroke = size / 7
  const radius = (size - stroke) / 2 - 1
  const around = 2 * Math.PI * radius
  const arc = (share: number) => `${(Math.min(share, 100) / 100) * around} ${around}`
  const centre = size / 2
  const circle = { cx: centre, cy: centre, r: radius, fill: 'none' }
  return (
    <div role="img" aria-label={label} className="relative shrink-0" style={{ width: size, height: size }}>
      <svg width={size} height={size} className="-rotate-90" aria-hidden>
        <circle {...circle} strokeWidth={stroke + 4} stroke="var(--line)" />
        <circle {...circle} strokeWidth={stroke} stroke="var(--sunken)" />
        <circle {...circle} strokeWidth={stroke} stroke="var(--fill-progress)" strokeDasharray={arc(percentage + underway)} />
        <circle {...circle} strokeWidth={stroke} stroke="var(--fill-proven)" strokeDasharray={arc(percentage)} />
      </svg>
      <span className="tabular absolute inset-0 grid place-items-center text-sm font-bold">{percentage}%</span>
    </div>
  )
}
