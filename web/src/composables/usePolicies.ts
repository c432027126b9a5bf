import { computed, ref, type ComputedRef, type Ref } from 'vue'

import type { Client } from '@/api/client'
import type { GovernedRule, GoverningPolicy, PolicyList } from '@/api/types'

import { useRequest, type UseRequestReturn } from './useRequest'

/** A policy with those of its rules that a search lets through. */
export interface ShownPolicy extends GoverningPolicy {
  /** How many rules it governs, shown or not. */
  ruleCount: number
}

export interface UsePoliciesReturn extends Omit<UseRequestReturn<PolicyList>, 'set'> {
  /** Words that a rule must contain, all of them, in itself or in what its policy says. */
  query: Ref<string>
  /** The policies with a rule that the search lets through; null until the API has answered. */
  policies: ComputedRef<ShownPolicy[] | null>
}

/** Hold which policy governs which rules, and look through them. */
export function usePolicies(client: Client): UsePoliciesReturn {
  const { set: _set, ...request } = useRequest((signal) => client.get<PolicyList>('/admin/policies', signal))
  const query = ref('')

  const policies = computed(() => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean)
    return request.data.value?.items.map((item) => matching(item, words)).filter(({ rules }) => rules.length > 0) ?? null
  })

  return { ...request, query, policies }
}

function matching(item: GoverningPolicy, words: readonly string[]): ShownPolicy {
  const origins = item.policy === null ? [] : [...item.policy.origins, ...item.policy.readers]
  const said = [item.level, item.declared, ...origins].join('\n').toLowerCase()
  const matches = ({ rule, endpoint, methods }: GovernedRule) => {
    const text = `${said}\n${[rule, endpoint, ...methods].join('\n').toLowerCase()}`
    return words.every((word) => text.includes(word))
  }
  return { ...item, rules: item.rules.filter(matches), ruleCount: item.rules.length }
}
