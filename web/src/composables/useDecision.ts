import type { Client } from '@/api/client'
import type { Decision } from '@/api/types'

import { useRequest, type UseRequestReturn } from './useRequest'

/** Hold one decision, by its number. */
export function useDecision(client: Client, id: () => string): Omit<UseRequestReturn<Decision>, 'set'> {
  const { set: _set, ...request } = useRequest((signal) => client.get<Decision>(`/api/decisions/${id()}`, signal))
  return request
}
