import { afterEach, assert, describe, expect, it, vi } from 'vitest'

import { API, fakeFetch, json, problem } from '../../../test/support'
import { createClient } from '../client'
import { ApiProblem, Unreachable } from '../problems'

afterEach(() => {
  vi.useRealTimers()
})

describe('the client', () => {
  it('sends the cookie along with every request', async () => {
    const fetch = fakeFetch({ 'GET /api/me': json({ id: 1 }), 'DELETE /admin/users/1': new Response(null, { status: 204 }) })
    const client = createClient({ api: API, fetch })
    await client.get('/api/me')
    await client.delete('/admin/users/1')
    expect(fetch.mock.calls.map(([url, init]) => [url, init?.method, init?.credentials])).toEqual([
      [`${API}/api/me`, 'GET', 'include'],
      [`${API}/admin/users/1`, 'DELETE', 'include'],
    ])
  })

  it('sends a body as JSON, and no content type without a body', async () => {
    const fetch = fakeFetch({ 'PATCH /x': json({}), 'POST /y': new Response(null, { status: 204 }) })
    const client = createClient({ api: API, fetch })
    await client.patch('/x', { disabled: true })
    await client.post('/y')
    const [patch, post] = fetch.mock.calls.map(([, init]) => init)
    expect(patch?.body).toBe('{"disabled":true}')
    expect(patch?.headers).toEqual({ Accept: 'application/json', 'Content-Type': 'application/json' })
    expect(post?.body).toBeUndefined()
    expect(post?.headers).toEqual({ Accept: 'application/json' })
  })

  it('rejects with the problem that the API answered', async () => {
    const errors = [
      { where: 'username', reason: 'too short' },
      { where: 'origin', reason: 'it has a path.', fix: "write 'https://a.test'." },
    ]
    const fetch = fakeFetch({ 'POST /x': problem(400, 'invalid-body', { errors }) })
    const error = await createClient({ api: API, fetch }).post('/x', {}).catch((reason: unknown) => reason)
    assert(error instanceof ApiProblem)
    expect(error).toMatchObject({ status: 400, code: 'invalid-body', title: 'Title of invalid-body', retryAfter: null })
    expect(error.reasonFor('username')).toBe('too short')
    expect(error.reasonFor('origin')).toBe("it has a path. Fix: write 'https://a.test'.")
    expect(error.reasonFor('password')).toBeNull()
    expect(error.body).toMatchObject({ detail: 'Detail of invalid-body' })
  })

  it.each([
    ['42', 42],
    ['0', 0],
    ['Wed, 25 Nov 2026 10:00:00 GMT', null],
    ['-1', null],
    ['99999999999999999999', null],
  ])('reads Retry-After %s as %s seconds', async (value, seconds) => {
    const fetch = fakeFetch({ 'GET /x': problem(429, 'too-many-attempts', {}, { 'Retry-After': value }) })
    await expect(createClient({ api: API, fetch }).get('/x')).rejects.toMatchObject({ retryAfter: seconds })
  })

  it.each([
    ['an HTML page', new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['JSON that is no problem', json({ error: 'no' }, 502)],
    ['a JSON null', json(null, 502)],
  ])('says so when something else than the API answers with %s', async (_name, answer) => {
    const fetch = fakeFetch({ 'GET /x': answer })
    await expect(createClient({ api: API, fetch }).get('/x')).rejects.toMatchObject({ status: 502, code: 'unreadable-answer' })
  })

  it('says so when a success is not JSON', async () => {
    const fetch = fakeFetch({ 'GET /x': new Response('<h1>Welcome</h1>') })
    await expect(createClient({ api: API, fetch }).get('/x')).rejects.toMatchObject({ status: 200, code: 'unreadable-answer' })
  })

  it('rejects with Unreachable when the browser gives no answer', async () => {
    const fetch = fakeFetch({ 'GET /x': 'unreachable' })
    const error = await createClient({ api: API, fetch }).get('/x').catch((reason: unknown) => reason)
    assert(error instanceof Unreachable)
    expect(error).toMatchObject({ api: API, timedOut: false })
  })

  it('gives up on an API that takes too long', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(
      (_url, init) => new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
    )
    await expect(createClient({ api: API, fetch, timeoutMs: 5 }).get('/x')).rejects.toMatchObject({ timedOut: true })
  })

  it('rejects with the reason of whoever aborted', async () => {
    const fetch = fakeFetch({ 'GET /x': json({}) })
    const controller = new AbortController()
    controller.abort(new Error('left the page'))
    await expect(createClient({ api: API, fetch }).get('/x', controller.signal)).rejects.toThrow('left the page')
  })

  it('tells when the API no longer knows the user, and only then', async () => {
    const onSignInRequired = vi.fn<() => void>()
    const fetch = fakeFetch({
      'GET /api/me': problem(401, 'sign-in-required'),
      'POST /auth/sign-in': problem(401, 'invalid-credentials'),
    })
    const client = createClient({ api: API, fetch, onSignInRequired })
    await expect(client.post('/auth/sign-in', {})).rejects.toThrow('invalid-credentials')
    expect(onSignInRequired).not.toHaveBeenCalled()
    await expect(client.get('/api/me')).rejects.toThrow('sign-in-required')
    expect(onSignInRequired).toHaveBeenCalledOnce()
  })
})
