import { expect, it, vi } from 'vitest'

import type { Failure } from '../call'
import { relation, target } from '../call'
import { createWatch, type Entry } from '../watch'
import { askWhy, read } from '../why'

const failure: Failure = {
  kind: 'fetch',
  method: 'GET',
  url: 'http://localhost:5000/items?secret=1',
  credentials: false,
  at: 0,
  status: null,
}
const known = { version: 1, seen: 'request', exchange: null, decision: null, diagnosis: null, cookies: [] }

it.each([null, 1, 'text', [], {}, { version: 2, seen: 'request' }, { version: 1, seen: 'all' }])('has no cause in %j', (json) => {
  expect(read(json, failure)).toMatchObject({ kind: 'silent' })
})

it.each([
  { ...known, diagnosis: [], cookies: 'none' },
  { ...known, diagnosis: { code: 1, summary: {}, hints: { a: 1 } } },
  { ...known, cookies: [null, 1, {}] },
])('survives members of other types: %j', (json) => {
  expect(read(json, failure)).toEqual({ kind: 'known', seen: 'request', cause: null })
})

it('cuts texts, and makes a link of addresses of the web only', () => {
  const diagnosis = { code: 'c', summary: 'x'.repeat(99_999), fix: '', address: 'javascript:alert(1)', hints: [] }
  const answer = read({ ...known, diagnosis }, failure)
  expect(answer.kind === 'known' && answer.cause?.why.length).toBe(2000)
  expect(answer.kind === 'known' && answer.cause?.address).toBe('')
})

it('asks without cookies and without the query, and is silent about what is no answer', async () => {
  const answers = [new Response('<html>', { headers: { 'Content-Type': 'text/html' } }), new Response('', { status: 404 })]
  const fetch = vi.fn<typeof globalThis.fetch>(async () => answers.shift() ?? Promise.reject(new TypeError('no')))
  const asking = { base: 'http://localhost:5000/_crossguard', token: 't', fetch, setTimeout: () => 0, now: () => 5 }
  expect(await askWhy(failure, asking)).toMatchObject({ kind: 'silent' })
  expect(await askWhy(failure, asking)).toMatchObject({ kind: 'silent' })
  expect(await askWhy(failure, asking)).toEqual({ kind: 'unreachable' })
  const [, init] = fetch.mock.calls[0] ?? []
  expect(init).toMatchObject({ credentials: 'omit', headers: { 'X-Crossguard-Token': 't' } })
  expect(JSON.parse(String(init?.body))).toEqual({ method: 'GET', url: 'http://localhost:5000/items', kind: 'fetch', credentials: 'omit', since: 105 })
})

it('says nothing of being signed out, and names the cookie that cannot come', () => {
  const signedOut = { code: 'signed-out', summary: 's', fix: '', hints: [] }
  const cookies = [{ name: 'session', code: 'samesite-lax', text: 'Lax', fix: 'one name' }]
  const asked: Failure = { ...failure, status: 401, credentials: true }
  expect(read({ ...known, diagnosis: signedOut }, asked)).toMatchObject({ cause: null })
  expect(read({ ...known, diagnosis: signedOut, cookies }, asked)).toMatchObject({ cause: { code: 'samesite-lax', fix: 'one name' } })
})

it.each([
  ['http://localhost:5000/a', 'api'],
  ['ws://localhost:5000/a', 'api'],
  ['http://127.0.0.1:5000/a', 'twin'],
  ['http://localhost:5001/a', 'near'],
  ['https://localhost:5000/a', 'near'],
  ['http://localhost:8080/a', null],
  ['https://cdn.example.com/a', null],
])('knows how %s stands to the API: %s', (url, expected) => {
  const parsed = target(url)
  expect(parsed && relation(parsed, new URL('http://localhost:5000'), 'http://localhost:8080')).toBe(expected)
})

it('keeps a bounded number of failures, and asks about one at a time', async () => {
  let time = 0
  let open = 0
  let most = 0
  const waiting: (() => void)[] = []
  let last: readonly Entry[] = []
  const watch = createWatch({
    diagnose: async () => {
      open += 1
      most = Math.max(most, open)
      await Promise.resolve()
      open -= 1
      return { code: 'c', why: 'w', fix: '', proof: '', address: '', hints: [] }
    },
    tell: () => undefined,
    update: (entries) => (last = entries),
    setTimeout: (work) => waiting.push(work),
    now: () => time,
  })
  for (let n = 0; n < 5000; n++) {
    watch.failed({ ...failure, url: `http://localhost:5000/${n}` })
  }
  for (time = 1; time < 20; time++) {
    waiting.splice(0).forEach((work) => work())
    await new Promise((resolve) => setTimeout(resolve))
  }
  expect(most).toBe(1)
  expect(last).toHaveLength(50)
  watch.succeeded({ ...failure, url: last[0]?.failure.url ?? '' })
  waiting.splice(0).forEach((work) => work())
  expect(last).toHaveLength(49)
})
