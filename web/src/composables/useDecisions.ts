import { computed, readonly, ref, shallowReadonly, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import type { Client } from '@/api/client'
import type { ApiError } from '@/api/problems'
import type { Decision, DecisionPage } from '@/api/types'
import { pageSize as rowsThatFit } from '@/pageSize'

import { pathOf } from './useRefusals'
import { useRequest } from './useRequest'
import { useThrottled } from './useThrottled'

export type DecisionFilter = 'all' | 'allowed' | 'refused'

/** What the list is searched by; an empty text and null let everything through. */
export interface DecisionSearch {
  filter: DecisionFilter
  origin: string
  path: string
  reason: string
  /** How many minutes back. */
  minutes: number | null
  /** Whether to leave out what this front end itself was allowed. */
  others: boolean
}

export interface UseDecisionsOptions {
  /** How many decisions to ask for at once. */
  pageSize?: number
  /** The origin of this front end. */
  own?: string
  /** How often the API is asked while a user types. */
  searchEveryMs?: number
  /** How many live decisions may pile up in the list before the oldest rows go. */
  maxRows?: number
}

export interface UseDecisionsReturn {
  /** Newest first; null until the API has answered for the first time. */
  items: Readonly<ShallowRef<readonly Decision[] | null>>
  search: Ref<DecisionSearch>
  /** Why the newest decisions could not be loaded. */
  error: Readonly<ShallowRef<ApiError | null>>
  pending: Readonly<Ref<boolean>>
  /** Ask for the newest decisions, and keep older ones that are already here when nothing lies between. */
  refresh: () => Promise<void>
  hasOlder: ComputedRef<boolean>
  olderError: Readonly<ShallowRef<ApiError | null>>
  olderPending: Readonly<Ref<boolean>>
  loadOlder: () => Promise<void>
  /** Whether live decisions wait instead of moving the rows under the reader's eyes. */
  held: Ref<boolean>
  /** How many wait. */
  waiting: Readonly<Ref<number>>
  showWaiting: () => void
  /** Take in a decision of the live feed. */
  add: (decision: Decision) => void
}

/** Hold the newest decisions, one page at a time, with the live ones on top. */
export function useDecisions(client: Client, options: UseDecisionsOptions = {}): UseDecisionsReturn {
  const { pageSize = rowsThatFit(15, 7), maxRows = 500, own = location.origin, searchEveryMs = 250 } = options
  const search = ref<DecisionSearch>({ filter: 'all', origin: '', path: '', reason: '', minutes: null, others: true })
  // Typed texts wait for a pause; one value, so that it can be compared.
  const asked = useThrottled(() => JSON.stringify(search.value), searchEveryMs)
  const items = shallowRef<readonly Decision[] | null>(null)
  const next = ref<number | null>(null)
  const held = ref(false)
  const queue = shallowRef<readonly Decision[]>([])

  function pagePath(before: number | null): string {
    const query = new URLSearchParams({ limit: String(pageSize) })
    if (before !== null) {
      query.set('before', String(before))
    }
    const { filter, origin, path, reason, minutes, others } = search.value
    if (filter !== 'all') {
      query.set('outcome', filter)
    }
    for (const [name, text] of Object.entries({ origin, path, reason })) {
      if (text.trim() !== '') {
        query.set(name, text.trim())
      }
    }
    if (minutes !== null) {
      query.set('since', new Date(Date.now() - minutes * 60_000).toISOString())
    }
    if (others) {
      query.set('others', 'true')
    }
    return `/api/decisions?${query}`
  }

  const newest = useRequest((signal) => client.get<DecisionPage>(pagePath(null), signal))
  const older = useRequest((signal) => client.get<DecisionPage>(pagePath(next.value), signal))

  function accept(page: DecisionPage): void {
    const oldest = page.items.at(-1)
    const known = items.value ?? []
    if (oldest === undefined || !known.some((item) => item.id === oldest.id)) {
      items.value = page.items
      next.value = page.next
      queue.value = []
      return
    }
    const fresh = page.items.filter((item) => item.id > (known[0]?.id ?? 0))
    queue.value = fresh
    if (!held.value) {
      showWaiting()
    }
  }

  // In step with the answers, so that nobody sees a result together with the list before it.
  watch(newest.data, (page) => page !== null && accept(page), { flush: 'sync' })

  watch(
    older.data,
    (page) => {
      if (page !== null) {
        items.value = [...(items.value ?? []), ...page.items]
        next.value = page.next
      }
    },
    { flush: 'sync' },
  )

  watch(asked, () => {
    older.cancel()
    items.value = null
    next.value = null
    queue.value = []
    void newest.run()
  })

  function put(decisions: readonly Decision[]): void {
    const all = [...decisions, ...(items.value ?? [])]
    items.value = all.slice(0, maxRows)
    if (all.length > maxRows) {
      next.value = items.value.at(-1)?.id ?? null
    }
  }

  function add(decision: Decision): void {
    const wanted = isWanted(decision, search.value, own)
    // Nothing to put it on yet: the page under way will hold it.
    if (!wanted || items.value === null || isKnown(decision)) {
      return
    }
    if (held.value) {
      queue.value = [decision, ...queue.value].slice(0, maxRows)
    } else {
      put([decision])
    }
  }

  function isKnown(decision: Decision): boolean {
    return [...queue.value, ...(items.value ?? [])].some((item) => item.id === decision.id)
  }

  function showWaiting(): void {
    put(queue.value)
    queue.value = []
  }

  watch(held, (hold) => hold || showWaiting(), { flush: 'sync' })

  return {
    items: shallowReadonly(items),
    search,
    error: newest.error,
    pending: newest.pending,
    refresh: newest.run,
    hasOlder: computed(() => next.value !== null),
    olderError: older.error,
    olderPending: older.pending,
    loadOlder: older.run,
    held,
    waiting: readonly(computed(() => queue.value.length)),
    showWaiting,
    add,
  }
}

/** Tell whether a live decision belongs into a list that is searched like this. */
export function isWanted(decision: Decision, search: DecisionSearch, own: string): boolean {
  const has = (text: string, part: string) => text.toLowerCase().includes(part.trim().toLowerCase())
  return (
    (search.filter === 'all' || (search.filter === 'allowed') === decision.allowed) &&
    has(decision.origin, search.origin) &&
    has(pathOf(decision.url), search.path) &&
    has(decision.reason, search.reason) &&
    !(search.others && decision.allowed && decision.origin === own)
  )
}
