import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'

import { setupQuery } from '@/client/queries'
import { Banner } from '@/components/surface'

/** Only there when something is missing, and then with the remedy. */
export function SetupBanner() {
  const setup = useQuery(setupQuery())
  const problems = setup.data?.checks.filter((check) => check.status === 'missing') ?? []
  if (!problems.length) return null
  return (
    <Banner tone="warning" icon={<TriangleAlert size={20} aria-hidden className="shrink-0" />}>
      <ul className="grid gap-1">
        {problems.map((check) => (
          <li key={check.name}>
            <strong>{check.name}:</strong> {check.detail} {check.remedy}
          </li>
        ))}
      </ul>
    </Banner>
  )
}
