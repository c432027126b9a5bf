import { computed, onScopeDispose, type ComputedRef } from 'vue'

import type { Client } from '@/api/client'
import { ApiProblem, Unreachable } from '@/api/problems'
import type { ConfiguredFrontEnd, FrontEnd, FrontEndPage, NewFrontEnd } from '@/api/types'
import { pageSize } from '@/pageSize'

import { usePages, type UsePagesReturn } from './usePages'

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

export interface UseFrontEndsReturn extends Omit<UsePagesReturn<FrontEnd, FrontEndPage>, 'edit' | 'first'> {
  /** Those of the configuration; null until the API has answered for the first time. */
  configured: ComputedRef<readonly ConfiguredFrontEnd[] | null>
  /** @throws {ApiError} */
  add: (entry: NewFrontEnd) => Promise<FrontEnd>
  /** @throws {ApiError} */
  remove: (id: number) => Promise<void>
}

/** Hold the front ends, one page at a time, and keep the list true to what was done to it. */
export function useFrontEnds(client: Client, options: UseFrontEndsOptions = {}): UseFrontEndsReturn {
  const { askEveryMs = 300, asks = 20, ...paging } = options
  const { edit, first, ...list } = usePages<FrontEnd, FrontEndPage>(client, '/admin/front-ends', {
    cursor: 'before',
    pageSize: pageSize(20, 8),
    ...paging,
  })
  const gone = new AbortController()
  const timers = new Set<ReturnType<typeof setTimeout>>()

  /** Ask after a new front end until this API's process has noticed it. */
  function follow(id: number, left: number): void {
    const timer = setTimeout(async () => {
      timers.delete(timer)
      try {
        const found = await client.get<FrontEnd>(`/admin/front-ends/${id}`, gone.signal)
        edit((items) => items.map((item) => (item.id === id ? found : item)))
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
    if (list.searched.value === '' && list.items.value !== null) {
      edit((items) => [added, ...items], 1)
    }
    // A search would hide it.
    list.query.value = ''
    if (added.state === 'pending') {
      follow(added.id, asks)
    }
    return added
  }

  async function remove(id: number): Promise<void> {
    await client.delete(`/admin/front-ends/${id}`)
    edit((items) => items.filter((item) => item.id !== id), -1)
  }

  return { ...list, configured: computed(() => first.value?.configured ?? null), add, remove }
}
