import { computed, onScopeDispose, ref, shallowReadonly, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import type { Client } from '@/api/client'
import { ApiProblem, Unreachable, type ApiError } from '@/api/problems'
import type { ConfiguredFrontEnd, FrontEnd, FrontEndPage, NewFrontEnd } from '@/api/types'

import { useRequest } from './useRequest'
import { useThrottled } from './useThrottled'

export interface UseFrontEndsOptions {
  /** How many front ends to ask for at once. */
  pageSize?: number
  /** How often the API is asked while somebody types. */
  searchEveryMs?: number
  /** How often the API is asked whether a new front end is in force. */
  askEveryMs?: number
  /** How many times at most. */
  asks?: number
}

export interface UseFrontEndsReturn {
  /** Those of the configuration; null until the API has answered for the first time. */
  configured: ComputedRef<readonly ConfiguredFrontEnd[] | null>
  /** Those that were added, newest first; null until the API has answered for the first time. */
  items: Readonly<ShallowRef<readonly FrontEnd[] | null>>
  /** How many of them there are, shown or not. */
  total: Readonly<Ref<number>>
  /** What origin or label must contain. */
  query: Ref<string>
  /** What the list that is shown was asked with. */
  searched: Readonly<Ref<string>>
  error: Readonly<ShallowRef<ApiError | null>>
  pending: Readonly<Ref<boolean>>
  run: () => Promise<void>
  hasMore: ComputedRef<boolean>
  moreError: Readonly<ShallowRef<ApiError | null>>
  morePending: Readonly<Ref<boolean>>
  more: () => Promise<void>
  /** @throws {ApiError} */
  add: (entry: NewFrontEnd) => Promise<FrontEnd>
  /** @throws {ApiError} */
  remove: (id: number) => Promise<void>
}

/** Hold the front ends, one page at a time, and keep the list true to what was done to it. */
export function useFrontEnds(client: Client, options: UseFrontEndsOptions = {}): UseFrontEndsReturn {
  const { pageSize = 50, searchEveryMs = 250, askEveryMs = 300, asks = 20 } = options
  const query = ref('')
  const search = useThrottled(() => query.value.trim(), searchEveryMs)
  const searched = ref('')
  const items = shallowRef<readonly FrontEnd[] | null>(null)
  const total = ref(0)
  const next = ref<number | null>(null)
  const gone = new AbortController()
  const timers = new Set<ReturnType<typeof setTimeout>>()

  function ask(signal: AbortSignal, before: number | null): Promise<FrontEndPage> {
    const parameters = new URLSearchParams({ limit: String(pageSize) })
    if (search.value !== '') {
      parameters.set('search', search.value)
    }
    if (before !== null) {
      parameters.set('before', String(before))
    }
    return client.get<FrontEndPage>(`/admin/front-ends?${parameters}`, signal)
  }

  const first = useRequest(async (signal) => {
    const asked = search.value
    return { asked, page: await ask(signal, null) }
  })
  const further = useRequest((signal) => ask(signal, next.value))

  // In step with the answers, so that nobody sees a result together with the list before it.
  watch(
    first.data,
    (found) => {
      if (found !== null) {
        searched.value = found.asked
        items.value = found.page.items
        total.value = found.page.total
        next.value = found.page.next
      }
    },
    { flush: 'sync' },
  )
  watch(
    further.data,
    (page) => {
      if (page !== null) {
        items.value = [...(items.value ?? []), ...page.items]
        next.value = page.next
      }
    },
    { flush: 'sync' },
  )

  async function run(): Promise<void> {
    further.cancel()
    await first.run()
  }

  watch(search, run)

  /** Ask after a new front end until this API's process has noticed it. */
  function follow(id: number, left: number): void {
    const timer = setTimeout(async () => {
      timers.delete(timer)
      try {
        const found = await client.get<FrontEnd>(`/admin/front-ends/${id}`, gone.signal)
        items.value = items.value?.map((item) => (item.id === id ? found : item)) ?? null
        if (found.state === 'pending' && left > 1) {
          follow(id, left - 1)
        }
      } catch (reason) {
        // The row stays as it was; whoever reloads the page is told why there is no answer.
        if (!(gone.signal.aborted || reason instanceof ApiProblem || reason instanceof Unreachable)) {
          throw reason
        }
      }
    }, askEveryMs)
    timers.add(timer)
  }

  onScopeDispose(() => {
    gone.abort()
    timers.forEach(clearTimeout)
  })

  async function add(entry: NewFrontEnd): Promise<FrontEnd> {
    const added = await client.post<FrontEnd>('/admin/front-ends', entry)
    if (searched.value === '' && items.value !== null) {
      items.value = [added, ...items.value]
      total.value += 1
    }
    // A search would hide it.
    query.value = ''
    if (added.state === 'pending') {
      follow(added.id, asks)
    }
    return added
  }

  async function remove(id: number): Promise<void> {
    await client.delete(`/admin/front-ends/${id}`)
    items.value = items.value?.filter((item) => item.id !== id) ?? null
    total.value -= 1
  }

  return {
    configured: computed(() => first.data.value?.page.configured ?? null),
    items: shallowReadonly(items),
    total,
    query,
    searched,
    error: first.error,
    pending: first.pending,
    run,
    hasMore: computed(() => next.value !== null),
    moreError: further.error,
    morePending: further.pending,
    more: further.run,
    add,
    remove,
  }
}
