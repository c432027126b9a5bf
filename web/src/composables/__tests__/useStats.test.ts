import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ref } from 'vue'

import { createClient } from '@/api/client'

import { API, decision, fakeFetch, inScope, json, refusal, stats } from '../../../test/support'
import { countMinute, useStats } from '../useStats'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the numbers', () => {
  it('are asked for again every minute, until the page is left', async () => {
    const fetch = fakeFetch({ 'GET /api/stats': json(stats) })
    const { result, stop } = inScope(() => useStats(createClient({ api: API, fetch }), { minutes: 5 }))
    await result.refresh()
    expect(result.stats.value).toEqual(stats)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(String(fetch.mock.calls[1]?.[0])).toBe(`${API}/api/stats?minutes=5`)
    stop()
    await vi.advanceTimersByTimeAsync(300_000)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('are not asked for while nobody wants them', async () => {
    const fetch = fakeFetch({ 'GET /api/stats': json(stats) })
    const wanted = ref(false)
    inScope(() => useStats(createClient({ api: API, fetch }), { refreshing: wanted }))
    await vi.advanceTimersByTimeAsync(120_000)
    expect(fetch).not.toHaveBeenCalled()
    wanted.value = true
    await vi.advanceTimersByTimeAsync(60_000)
    expect(fetch).toHaveBeenCalledOnce()
  })

  it('follow the live feed', async () => {
    const fetch = fakeFetch({ 'GET /api/stats': json(stats) })
    const { result } = inScope(() => useStats(createClient({ api: API, fetch })))
    result.setTotals({ allowed: 9, refused: 9, dropped: 9 })
    result.count(decision(1))
    expect(result.stats.value).toBeNull()
    await result.refresh()
    result.setTotals({ allowed: 6, refused: 1, dropped: 2 })
    result.count(decision(1))
    expect(result.stats.value).toMatchObject({ allowed: 6, dropped: 2, kept: 6 })
    expect(result.stats.value?.minutes.at(-1)).toEqual({ at: '2026-11-24T10:00:00Z', allowed: 4, refused: 0 })
  })
})

describe('a decision counts', () => {
  const { minutes } = stats
  const counts = (at: string) =>
    countMinute(minutes, refusal(1, { at })).map((entry) => [entry.at.slice(11, 16), entry.allowed, entry.refused])

  it('in its own minute', () => {
    expect(counts('2026-11-24T09:59:59.999Z')).toEqual([['09:59', 2, 2], ['10:00', 3, 0]])
  })

  it('in a new minute, which pushes the oldest out', () => {
    expect(counts('2026-11-24T10:01:00Z')).toEqual([['10:00', 3, 0], ['10:01', 0, 1]])
  })

  it('after a long silence, in a window that is otherwise empty', () => {
    expect(counts('2026-11-24T23:00:00Z')).toEqual([['22:59', 0, 0], ['23:00', 0, 1]])
  })

  it('nowhere when it is older than the window, or there is no window', () => {
    expect(counts('2026-11-24T08:00:00Z')).toEqual([['09:59', 2, 1], ['10:00', 3, 0]])
    expect(countMinute([], decision(1))).toEqual([])
  })
})
