import { computed, ref, type ComputedRef, type Ref } from 'vue'

import type { Client } from '@/api/client'
import type { PolicyList, PolicyRow } from '@/api/types'

import { useRequest, type UseRequestReturn } from './useRequest'

export type LevelFilter = PolicyRow['level'] | 'any'

export interface UsePoliciesReturn extends Omit<UseRequestReturn<PolicyList>, 'set'> {
  /** Words that a row must contain, all of them, in any of its columns. */
  query: Ref<string>
  level: Ref<LevelFilter>
  /** The rows that both let through; null until the API has answered. */
  rows: ComputedRef<PolicyRow[] | null>
}

/** Hold which policy governs which rule, and look through it. */
export function usePolicies(client: Client): UsePoliciesReturn {
  const { set: _set, ...request } = useRequest((signal) => client.get<PolicyList>('/admin/policies', signal))
  const query = ref('')
  const level = ref<LevelFilter>('any')

  const rows = computed(() => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean)
    const items = request.data.value?.items ?? null
    return (
      items?.filter((row) => {
        const text = searchText(row)
        return (level.value === 'any' || row.level === level.value) && words.every((word) => text.includes(word))
      }) ?? null
    )
  })

  return { ...request, query, level, rows }
}

function searchText(row: PolicyRow): string {
  const origins = row.policy === null ? [] : [...row.policy.origins, ...row.policy.readers]
  const parts = [row.rule, row.endpoint, row.level, row.declared, ...row.methods, ...origins]
  return parts.join('\n').toLowerCase()
}
