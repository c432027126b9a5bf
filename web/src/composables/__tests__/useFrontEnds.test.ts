import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createClient } from '@/api/client'
import { ApiProblem } from '@/api/problems'
import type { FrontEndPage } from '@/api/types'

import { API, fakeFetch, frontEnd, inScope, json, problem, type Answer } from '../../../test/support'
import { useFrontEnds } from '../useFrontEnds'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const PATH = '/admin/front-ends'
const configured = [{ origin: 'http://localhost:8080', writes: true }]

function page(ids: readonly number[], fields: Partial<FrontEndPage> = {}): Response {
  return json({ configured, items: ids.map((id) => frontEnd(id)), total: ids.length, next: null, ...fields })
}

function use(answers: Record<string, Answer | Answer[]>) {
  const fetch = fakeFetch(answers)
  const { result, stop } = inScope(() => useFrontEnds(createClient({ api: API, fetch })))
  const ids = () => result.items.value?.map(({ id }) => id) ?? null
  const asked = () => fetch.mock.calls.map(([url, init]) => `${init?.method} ${String(url).slice(API.length)}`)
  return { result, stop, ids, asked }
}

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds)
  await flushPromises()
}

describe('useFrontEnds', () => {
  it('asks for one page after the other', async () => {
    const { result, ids, asked } = use({ [`GET ${PATH}`]: [page([9, 8], { total: 3, next: 8 }), page([7], { total: 3 })] })
    expect([ids(), result.configured.value]).toEqual([null, null])
    await result.run()
    expect([ids(), result.total.value, result.hasMore.value]).toEqual([[9, 8], 3, true])
    expect(result.configured.value).toEqual(configured)
    await result.more()
    expect([ids(), result.total.value, result.hasMore.value]).toEqual([[9, 8, 7], 3, false])
    expect(asked()).toEqual([`GET ${PATH}?limit=20`, `GET ${PATH}?limit=20&before=8`])
  })

  it('searches once the typing pauses, and says what the list was asked with', async () => {
    const { result, ids, asked } = use({ [`GET ${PATH}`]: [page([2, 1]), page([2])] })
    await result.run()
    result.query.value = ' shop'
    await pass(100)
    result.query.value = ' shop-2 '
    expect(result.searched.value).toBe('')
    await pass(300)
    expect([ids(), result.searched.value]).toEqual([[2], 'shop-2'])
    expect(asked().slice(1)).toEqual([`GET ${PATH}?limit=20&search=shop-2`])
  })

  it('puts a new one on top, and asks after it until it is in force', async () => {
    const pending = frontEnd(3, { state: 'pending' })
    const { result, ids, asked } = use({
      [`GET ${PATH}`]: page([2]),
      [`POST ${PATH}`]: json(pending, 201),
      [`GET ${PATH}/3`]: [json(pending), json(frontEnd(3))],
    })
    await result.run()
    expect(await result.add({ origin: pending.origin })).toEqual(pending)
    expect([ids(), result.total.value, result.items.value?.[0]?.state]).toEqual([[3, 2], 2, 'pending'])
    await pass(1000)
    expect([ids(), result.items.value?.[0]?.state]).toEqual([[3, 2], 'in-force'])
    expect(asked().filter((line) => line === `GET ${PATH}/3`)).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['the API is gone', 'unreachable' as const, 1],
    ['it was removed meanwhile', problem(404, 'not-found'), 1],
    ['it is not noticed', json(frontEnd(3, { state: 'pending' })), 20],
  ])('gives up asking when %s', async (_name, answer, count) => {
    const { result, asked } = use({
      [`GET ${PATH}`]: page([]),
      [`POST ${PATH}`]: json(frontEnd(3, { state: 'pending' }), 201),
      [`GET ${PATH}/3`]: answer,
    })
    await result.run()
    await result.add({ origin: 'https://shop-3.example' })
    await pass(60_000)
    expect(asked().filter((line) => line === `GET ${PATH}/3`)).toHaveLength(count)
    expect(result.items.value?.[0]?.state).toBe('pending')
  })

  it('does not ask after what is in force, nor when the page is left', async () => {
    const { result, stop, asked } = use({
      [`GET ${PATH}`]: page([]),
      [`POST ${PATH}`]: [json(frontEnd(3), 201), json(frontEnd(4, { state: 'pending' }), 201)],
    })
    await result.run()
    await result.add({ origin: 'https://shop-3.example' })
    await result.add({ origin: 'https://shop-4.example' })
    stop()
    await pass(60_000)
    expect(asked().filter((line) => line.startsWith(`GET ${PATH}/`))).toEqual([])
  })

  it('shows the whole list again after something was added to a search', async () => {
    const { result, ids } = use({
      [`GET ${PATH}`]: [page([1]), page([3, 2, 1])],
      [`POST ${PATH}`]: json(frontEnd(3), 201),
    })
    result.query.value = 'shop-1'
    await pass(300)
    await result.add({ origin: 'https://shop-3.example' })
    expect(ids()).toEqual([1])
    await pass(300)
    expect([result.query.value, ids()]).toEqual(['', [3, 2, 1]])
  })

  it('takes a removed one off the list, and leaves it there when that fails', async () => {
    const { result, ids } = use({
      [`GET ${PATH}`]: page([2, 1]),
      [`DELETE ${PATH}/2`]: new Response(null, { status: 204 }),
      [`DELETE ${PATH}/1`]: problem(500, 'internal-error'),
    })
    await result.run()
    await result.remove(2)
    await expect(result.remove(1)).rejects.toThrow(ApiProblem)
    expect([ids(), result.total.value]).toEqual([[1], 1])
  })
})
