import { computed, type ComputedRef } from 'vue'

import type { Client } from '@/api/client'
import type { PolicyList } from '@/api/types'

import { useRequest, type UseRequestReturn } from './useRequest'

// A list that drops down from a field is not read beyond this.
const MOST = 100

export interface UseSuggestionsReturn extends Pick<UseRequestReturn<PolicyList>, 'error' | 'pending' | 'run'> {
  ready: ComputedRef<boolean>
  /** Origins that some policy lists; patterns are none. */
  origins: ComputedRef<string[]>
  /** Paths that the API has views for. */
  paths: ComputedRef<string[]>
}

/** Hold what is worth asking about: the origins and the paths that the API's policies name. */
export function useSuggestions(client: Client): UseSuggestionsReturn {
  const { data, error, pending, run } = useRequest((signal) => client.get<PolicyList>('/admin/policies', signal))
  const items = computed(() => data.value?.items ?? [])

  const origins = computed(() =>
    distinct(items.value.flatMap(({ policy }) => (policy === null ? [] : [...policy.origins, ...policy.readers]))).filter(
      (origin) => URL.canParse(origin) && !origin.includes('*'),
    ),
  )
  const paths = computed(() => distinct(items.value.flatMap(({ rules }) => rules.map(({ rule }) => examplePath(rule)))))

  return { ready: computed(() => data.value !== null), error, pending, run, origins, paths }
}

/** Write a path that a rule matches, such as `/users/1` for `/users/<int:id>`. */
export function examplePath(rule: string): string {
  return rule.replaceAll(/<[^<>]*>/g, '1')
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)].slice(0, MOST)
}
