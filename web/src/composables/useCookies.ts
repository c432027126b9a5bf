import { computed, type ComputedRef } from 'vue'

import type { Client } from '@/api/client'
import type { CookieList, CookiePosture } from '@/api/types'

import { useRequest, type UseRequestReturn } from './useRequest'

/** One cookie with every front end that uses it. */
export interface CookieGroup {
  cookie: string
  setCookie: string
  postures: readonly CookiePosture[]
}

export interface UseCookiesReturn extends Omit<UseRequestReturn<CookieList>, 'set'> {
  /** In the API's order; null until it has answered. */
  groups: ComputedRef<CookieGroup[] | null>
}

/** Hold how each cookie does with each front end. */
export function useCookies(client: Client): UseCookiesReturn {
  const { set: _set, ...request } = useRequest((signal) => client.get<CookieList>('/admin/cookies', signal))
  const groups = computed(() => (request.data.value === null ? null : groupCookies(request.data.value.items)))
  return { ...request, groups }
}

/** Put what is about the same cookie together. */
export function groupCookies(items: readonly CookiePosture[]): CookieGroup[] {
  const groups = new Map<string, CookiePosture[]>()
  for (const item of items) {
    const key = `${item.cookie}\n${item.set_cookie}`
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups.values()].flatMap((postures) => {
    const [first] = postures
    return first === undefined ? [] : [{ cookie: first.cookie, setCookie: first.set_cookie, postures }]
  })
}
