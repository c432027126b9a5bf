import { computed, ref, shallowReadonly, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import type { Client } from '@/api/client'
import type { ApiError } from '@/api/problems'

import { useRequest } from './useRequest'
import { useThrottled } from './useThrottled'

/** A part of a list, as every list of the API is answered. */
export interface ListPage<Item> {
  items: readonly Item[]
  total: number
  next: number | string | null
}

export interface UsePagesOptions {
  /** The query's name of where the following page begins. */
  cursor: 'before' | 'after'
  /** How many to ask for at once. */
  pageSize?: number
  /** How often the API is asked while a user types. */
  searchEveryMs?: number
}

export interface UsePagesReturn<Item, Page extends ListPage<Item>> {
  /** The first page as it was answered; null until then. */
  first: Readonly<ShallowRef<Page | null>>
  /** Null until the API has answered for the first time. */
  items: Readonly<ShallowRef<readonly Item[] | null>>
  /** How many of them there are, shown or not. */
  total: Readonly<Ref<number>>
  /** What is searched for. */
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
  /** Change what is shown, and by how many the list has grown. */
  edit: (change: (items: readonly Item[]) => readonly Item[], grown?: number) => void
}

/** Hold a list that is searched by the API, one page at a time. */
export function usePages<Item, Page extends ListPage<Item>>(
  client: Client,
  path: string,
  options: UsePagesOptions,
): UsePagesReturn<Item, Page> {
  const { cursor, pageSize = 20, searchEveryMs = 250 } = options
  const query = ref('')
  const search = useThrottled(() => query.value.trim(), searchEveryMs)
  const searched = ref('')
  const items = shallowRef<readonly Item[] | null>(null)
  const total = ref(0)
  const next = ref<number | string | null>(null)
  const first = shallowRef<Page | null>(null)

  function ask(signal: AbortSignal, from: number | string | null): Promise<Page> {
    const parameters = new URLSearchParams({ limit: String(pageSize) })
    if (search.value !== '') {
      parameters.set('search', search.value)
    }
    if (from !== null) {
      parameters.set(cursor, String(from))
    }
    return client.get<Page>(`${path}?${parameters}`, signal)
  }

  const newest = useRequest(async (signal) => {
    const asked = search.value
    return { asked, page: await ask(signal, null) }
  })
  const further = useRequest((signal) => ask(signal, next.value))

  // In step with the answers, so that no result is shown together with the list before it.
  watch(
    newest.data,
    (found) => {
      if (found !== null) {
        searched.value = found.asked
        first.value = found.page
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
    await newest.run()
  }

  watch(search, run)

  function edit(change: (items: readonly Item[]) => readonly Item[], grown = 0): void {
    items.value = items.value === null ? null : change(items.value)
    total.value += grown
  }

  return {
    first: shallowReadonly(first),
    items: shallowReadonly(items),
    total,
    query,
    searched,
    error: newest.error,
    pending: newest.pending,
    run,
    hasMore: computed(() => next.value !== null),
    moreError: further.error,
    morePending: further.pending,
    more: further.run,
    edit,
  }
}
