import type { Client } from '@/api/client'
import type { Decision, RefusalList } from '@/api/types'
import { pageSize } from '@/pageSize'

import { useRequest, type UseRequestReturn } from './useRequest'

export interface UseRefusalsReturn extends Omit<UseRequestReturn<RefusalList>, 'set'> {
  /** Take in a decision of the live feed. */
  add: (decision: Decision) => void
}

/** Hold what was refused of late, the same from the same origin in one row. */
export function useRefusals(client: Client, options: { minutes?: number; most?: number } = {}): UseRefusalsReturn {
  const { minutes = 1_440, most = pageSize(10, 4) } = options
  const { set, ...request } = useRequest((signal) =>
    client.get<RefusalList>(`/api/refusals?minutes=${minutes}&limit=${most}`, signal),
  )

  function add(decision: Decision): void {
    const known = request.data.value
    if (known === null || decision.allowed) {
      return
    }
    const { origin, reason } = decision
    const path = pathOf(decision.url)
    const isAlike = (row: RefusalList['items'][number]) =>
      row.origin === origin && row.path === path && row.reason === reason
    const before = known.items.find(isAlike)
    // An answer under way may have counted it already.
    if (before !== undefined && before.last.id >= decision.id) {
      return
    }
    const row = { origin, path, reason, count: (before?.count ?? 0) + 1, last: decision }
    set({ ...known, items: [row, ...known.items.filter((other) => !isAlike(other))].slice(0, most) })
  }

  return { ...request, add }
}

/** What follows the host of an address, as the API groups by it. */
export function pathOf(url: string): string {
  return /^[^:]*:\/\/[^/]*(?<path>\/.*)$/s.exec(url)?.groups?.path ?? '/'
}
