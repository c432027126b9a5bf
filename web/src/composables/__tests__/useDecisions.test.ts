import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { createClient } from '@/api/client'
import type { Decision } from '@/api/types'

import { API, decision, fakeFetch, inScope, json, problem, refusal, type Answer } from '../../../test/support'
import { isWanted, useDecisions, type DecisionSearch } from '../useDecisions'

const page = (items: Decision[], next: number | null = null) => json({ items, next })

function decisionsWith(answers: Answer | Answer[], maxRows = 500) {
  const fetch = fakeFetch({ 'GET /api/decisions': answers })
  const { result } = inScope(() => useDecisions(createClient({ api: API, fetch }), { pageSize: 2, maxRows, own: 'http://own.test', searchEveryMs: 0 }))
  const ids = () => result.items.value?.map((item) => item.id) ?? null
  const asked = () => fetch.mock.calls.map(([url]) => new URL(String(url)).search)
  return { decisions: result, ids, asked }
}

describe('the decisions', () => {
  it('are loaded newest first, then page by page', async () => {
    const { decisions, ids, asked } = decisionsWith([page([decision(9), decision(8)], 8), page([decision(7)])])
    expect(ids()).toBeNull()
    await decisions.refresh()
    expect(decisions.hasOlder.value).toBe(true)
    await decisions.loadOlder()
    expect(ids()).toEqual([9, 8, 7])
    expect(decisions.hasOlder.value).toBe(false)
    expect(asked()).toEqual(['?limit=2&others=true', '?limit=2&before=8&others=true'])
  })

  it('start over with another filter', async () => {
    const { decisions, ids, asked } = decisionsWith([page([decision(9)], 9), page([refusal(4)])])
    await decisions.refresh()
    decisions.search.value = { ...decisions.search.value, filter: 'refused' }
    await vi.waitFor(() => expect(ids()).toEqual([4]))
    expect(asked().at(-1)).toBe('?limit=2&outcome=refused&others=true')
  })

  it('keep older rows when they are asked for again and nothing lies between', async () => {
    const { decisions, ids } = decisionsWith([
      page([decision(9), decision(8)], 8),
      page([decision(7)]),
      page([decision(10), decision(9)], 9),
    ])
    await decisions.refresh()
    await decisions.loadOlder()
    await decisions.refresh()
    expect(ids()).toEqual([10, 9, 8, 7])
    expect(decisions.hasOlder.value).toBe(false)
  })

  it('start over when there may be a gap', async () => {
    const { decisions, ids } = decisionsWith([page([decision(2), decision(1)]), page([decision(9), decision(8)], 8)])
    await decisions.refresh()
    await decisions.refresh()
    expect(ids()).toEqual([9, 8])
    expect(decisions.hasOlder.value).toBe(true)
  })

  it('take in live ones once, on top, and only those that the filter lets through', async () => {
    const { decisions, ids } = decisionsWith([page([decision(1)]), page([refusal(2)])])
    decisions.add(decision(5))
    expect(ids()).toBeNull()
    await decisions.refresh()
    decisions.add(decision(5))
    decisions.add(decision(5))
    expect(ids()).toEqual([5, 1])
    decisions.search.value = { ...decisions.search.value, filter: 'refused' }
    await vi.waitFor(() => expect(ids()).toEqual([2]))
    decisions.add(decision(6))
    decisions.add(refusal(7))
    expect(ids()).toEqual([7, 2])
  })

  it('let live ones wait while an explanation is read', async () => {
    const { decisions, ids } = decisionsWith([page([decision(1)])])
    await decisions.refresh()
    decisions.held.value = true
    decisions.add(decision(2))
    decisions.add(decision(3))
    expect([ids(), decisions.waiting.value]).toEqual([[1], 2])
    decisions.showWaiting()
    expect([ids(), decisions.waiting.value]).toEqual([[3, 2, 1], 0])
    decisions.add(decision(4))
    decisions.held.value = false
    await flushPromises()
    expect([ids(), decisions.waiting.value]).toEqual([[4, 3, 2, 1], 0])
  })

  it('let those wait, too, that a refresh brings', async () => {
    const { decisions, ids } = decisionsWith([page([decision(2), decision(1)]), page([decision(3), decision(2)], 2)])
    await decisions.refresh()
    decisions.held.value = true
    await decisions.refresh()
    expect([ids(), decisions.waiting.value]).toEqual([[2, 1], 1])
  })

  it('never grow without end, and can still be read on to the oldest', async () => {
    const { decisions, ids, asked } = decisionsWith([page([decision(2), decision(1)]), page([decision(2)])], 3)
    await decisions.refresh()
    decisions.add(decision(3))
    expect(decisions.hasOlder.value).toBe(false)
    decisions.add(decision(4))
    decisions.add(decision(5))
    expect(ids()).toEqual([5, 4, 3])
    await decisions.loadOlder()
    expect(asked().at(-1)).toBe('?limit=2&before=3&others=true')
  })

  it('say why they, or the older ones, could not be loaded', async () => {
    const { decisions, ids } = decisionsWith([page([decision(2)], 2), problem(500, 'internal-error'), 'unreachable'])
    await decisions.refresh()
    await decisions.loadOlder()
    expect(decisions.olderError.value).toMatchObject({ code: 'internal-error' })
    expect(decisions.error.value).toBeNull()
    await decisions.refresh()
    expect(decisions.error.value).toMatchObject({ api: API })
    expect(ids()).toEqual([2])
  })
})

describe('a search', () => {
  const everything: DecisionSearch = { filter: 'all', origin: '', path: '', reason: '', minutes: null, others: false }

  it.each([
    [{}, true],
    [{ origin: 'EVIL' }, true],
    [{ origin: 'good' }, false],
    [{ path: '/api/me' }, true],
    [{ path: 'localhost' }, false],
    [{ reason: 'not-listed' }, true],
    [{ reason: 'cross-site' }, false],
    [{ filter: 'allowed' as const }, false],
    [{ others: true }, true],
  ])('by %j lets a refusal through: %s', (search, wanted) => {
    expect(isWanted(refusal(1), { ...everything, ...search }, 'https://evil.test')).toBe(wanted)
  })

  it('leaves out what this front end itself was allowed', () => {
    const own = decision(1, { origin: 'http://own.test' })
    expect(isWanted(own, { ...everything, others: true }, 'http://own.test')).toBe(false)
    expect(isWanted(own, everything, 'http://own.test')).toBe(true)
  })

  it('says when it begins', async () => {
    const { decisions, asked } = decisionsWith([page([decision(9)]), page([])])
    await decisions.refresh()
    decisions.search.value = { ...decisions.search.value, minutes: 15, origin: ' a&b ' }
    await vi.waitFor(() => expect(asked()).toHaveLength(2))
    expect(asked()[1]).toMatch(/^\?limit=2&origin=a%26b&since=20\d\d-[^&]*Z&others=true$/)
  })
})
