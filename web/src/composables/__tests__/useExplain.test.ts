import { describe, expect, it } from 'vitest'

import { createClient } from '@/api/client'
import { groupCookies } from '@/composables/useCookies'
import { useExplain } from '@/composables/useExplain'
import { examplePath, useSuggestions } from '@/composables/useSuggestions'
import { emptyProbe } from '@/probeQuery'

import { API, fakeFetch, inScope, json, posture, problem, readable, type Answer } from '../../../test/support'

function setUp(...answers: Answer[]) {
  const fetch = fakeFetch({ 'POST /admin/explain': answers })
  return { fetch, ...inScope(() => useExplain(createClient({ api: API, fetch }))) }
}

const probe = { ...emptyProbe(), origin: 'http://localhost:8080', url: '/api/me' }

describe('useExplain', () => {
  it('sends the whole question and keeps it with the answer', async () => {
    const { fetch, result } = setUp(json(readable()))
    expect(await result.explain(probe)).toBe(true)
    expect(JSON.parse(String(fetch.mock.calls[0]?.[1]?.body))).toEqual(probe)
    expect(result.result.value).toEqual({ probe, diagnosis: readable() })
  })

  it('says what is wrong with a member, and shows no older answer meanwhile', async () => {
    const errors = [{ where: 'url', reason: 'is not a URL' }]
    const { result } = setUp(json(readable()), problem(400, 'invalid-body', { errors }), json(readable()))
    await result.explain(probe)
    expect(await result.explain({ ...probe, url: 'x' })).toBe(false)
    expect([result.reasonFor('url'), result.reasonFor('origin'), result.result.value]).toEqual(['is not a URL', null, null])
    expect(await result.explain(probe)).toBe(true)
    expect(result.error.value).toBeNull()
  })

  it('answers the last question only', async () => {
    const late = new Promise<Response>((resolve) => setTimeout(() => resolve(json(readable({ code: 'late' }))), 5))
    const { result } = setUp(() => late, json(readable({ code: 'new' })))
    const first = result.explain(probe)
    const second = result.explain({ ...probe })
    expect([await first, await second]).toEqual([false, true])
    await late
    expect(result.result.value?.diagnosis.code).toBe('new')
  })

  it('forgets', async () => {
    const { result } = setUp(json(readable()), 'unreachable')
    await result.explain(probe)
    result.clear()
    expect(result.result.value).toBeNull()
    await result.explain(probe)
    expect(result.error.value?.name).toBe('Unreachable')
    result.clear()
    expect(result.error.value).toBeNull()
  })
})

describe('useSuggestions', () => {
  it('names every origin that is one and every path once', async () => {
    const policy = { origins: ['https://a.test', '*', 'https://*.b.test', 're:x'], readers: ['https://c.test', 'https://a.test'] }
    const items = [
      { rules: [{ rule: '/users/<int:user_id>' }, { rule: '/users/<int:user_id>' }], policy },
      { rules: [{ rule: '/metrics' }], policy: null },
    ]
    const fetch = fakeFetch({ 'GET /admin/policies': json({ items }) })
    const { result } = inScope(() => useSuggestions(createClient({ api: API, fetch })))
    expect(result.ready.value).toBe(false)
    await result.run()
    expect(result.ready.value).toBe(true)
    expect(result.origins.value.filter((origin) => origin.startsWith('http'))).toEqual(['https://a.test', 'https://c.test'])
    expect(result.paths.value).toEqual(['/users/1', '/metrics'])
  })

  it('fills the holes of a rule', () => {
    expect(examplePath('/a/<path:b>/c/<d>')).toBe('/a/1/c/1')
  })
})

describe('the cookies', () => {
  it('are put together by name and attributes, in the order of the API', () => {
    const other = posture({ cookie: 'remember', set_cookie: 'remember=…' })
    const items = [posture(), other, posture({ frontends: ['https://b.test'] }), posture({ set_cookie: 'session=…; Secure' })]
    expect(groupCookies(items).map(({ cookie, setCookie, postures }) => [cookie, setCookie, postures.length])).toEqual([
      ['session', 'session=…; Path=/; HttpOnly; SameSite=Lax', 2],
      ['remember', 'remember=…', 1],
      ['session', 'session=…; Secure', 1],
    ])
  })
})
