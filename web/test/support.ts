import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { vi } from 'vitest'
import { effectScope, type Component } from 'vue'
import { createMemoryHistory, type Router } from 'vue-router'

import { createClient, type Client } from '@/api/client'
import type { CookieFit, CookiePosture, Decision, Diagnosis, FrontEnd, Problem, Stats, User } from '@/api/types'
import { clientKey, createSession, sessionKey, type Session } from '@/composables/useSession'
import { createAppRouter } from '@/router'

export const API = 'http://localhost:5000'

/** One answer of the fake API; `'unreachable'` is what a page sees when the browser tells it nothing. */
export type Answer = Response | 'unreachable' | (() => Response | Promise<Response>)

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
}

export function problem(
  status: number,
  code: string,
  extra: Partial<Problem> = {},
  headers: Record<string, string> = {},
): Response {
  const body = { type: 'about:blank', title: `Title of ${code}`, status, detail: `Detail of ${code}`, code, ...extra }
  return json(body, status, { 'Content-Type': 'application/problem+json', ...headers })
}

export const signedOut = (): Response => problem(401, 'sign-in-required')

export const admin: User = {
  id: 1,
  username: 'admin',
  role: 'admin',
  disabled: false,
  created_at: '2026-11-01T08:00:00Z',
  last_sign_in_at: '2026-11-24T07:58:12Z',
}

export const member: User = { ...admin, id: 2, username: 'mira', role: 'member', last_sign_in_at: null }

export function decision(id: number, fields: Partial<Decision> = {}): Decision {
  return {
    id,
    at: '2026-11-24T10:00:05Z',
    origin: 'http://localhost:8080',
    method: 'GET',
    requested_method: null,
    url: `${API}/api/me`,
    outcome: 'actual-allowed',
    reason: 'origin-listed',
    allowed: true,
    explanation: { summary: `summary ${id}`, fix: '', line: '', page: 'https://docs.example/codes/' },
    ...fields,
  }
}

export function refusal(id: number, fields: Partial<Decision> = {}): Decision {
  return decision(id, {
    origin: 'https://evil.test',
    outcome: 'actual-refused',
    reason: 'origin-not-listed',
    allowed: false,
    explanation: {
      summary: `refused ${id}`,
      fix: 'CORS(app, origins=["https://evil.test"])',
      line: 'CORS(app, origins=["https://evil.test"])',
      page: 'https://docs.example/codes/',
    },
    ...fields,
  })
}

export const stats: Stats = {
  minutes: [
    { at: '2026-11-24T09:59:00Z', allowed: 2, refused: 1 },
    { at: '2026-11-24T10:00:00Z', allowed: 3, refused: 0 },
  ],
  allowed: 5,
  refused: 1,
  dropped: 0,
  kept: 6,
  limit: 10000,
}

export function frontEnd(id: number, fields: Partial<FrontEnd> = {}): FrontEnd {
  return {
    id,
    origin: `https://shop-${id}.example`,
    label: `Customer ${id}`,
    created_at: '2026-11-24T10:00:05Z',
    state: 'in-force',
    writes: true,
    reason: '',
    fix: '',
    ...fields,
  }
}

const PROFILES = ['chromium', 'chromium-block-third-party', 'firefox', 'firefox-block-third-party'] as const

/** A cookie that works everywhere but in the browsers that `broken` says something about. */
export function posture(
  fields: Partial<CookiePosture> = {},
  broken: Partial<Record<CookieFit['browser'], Partial<CookieFit>>> = {},
): CookiePosture {
  const fits = PROFILES.map((browser): CookieFit => {
    const { reason = '', step = '', explanation = '', fix = '' } = broken[browser] ?? {}
    return { browser, works: broken[browser] === undefined, reason, step, explanation, fix }
  })
  return {
    cookie: 'session',
    set_cookie: 'session=…; Path=/; HttpOnly; SameSite=Lax',
    frontends: ['http://localhost:8080'],
    frontend_count: 1,
    api: API,
    relation: 'same-site',
    fits,
    ...fields,
  }
}

/** What the API says of a page that may read. */
export function readable(fields: Partial<Diagnosis> = {}): Diagnosis {
  return {
    readable: true,
    code: 'readable',
    cause: '',
    summary: 'http://localhost:8080 can read the answer (200).',
    fix: '',
    line: '',
    proof: '',
    address: '',
    step: '',
    steps: [
      { stage: 'page', ok: true, text: 'The page calls.', details: [] },
      { stage: 'request', ok: true, text: 'The browser sends.', details: ['Origin: http://localhost:8080', 'Cookies: none'] },
      { stage: 'response', ok: true, text: 'The server answers 200.', details: ['Vary: Origin'] },
    ],
    hints: [],
    ...fields,
  }
}

/** What the API says of a page that a preflight keeps out. */
export function stopped(fields: Partial<Diagnosis> = {}): Diagnosis {
  return readable({
    readable: false,
    code: 'header-not-allowed',
    cause: 'header-not-listed',
    summary: 'The preflight does not allow x-custom.',
    fix: "allow_headers=['x-custom']",
    line: "allow_headers=['x-custom']",
    step: 'Fetch, CORS-preflight fetch, step 7.6',
    steps: [
      { stage: 'page', ok: true, text: 'The page calls.', details: [] },
      { stage: 'preflight', ok: false, text: 'The browser asks first.', details: ['Vary: Origin'] },
    ],
    ...fields,
  })
}

/** A `fetch` that answers by method and path, such as `'GET /api/me'`, and notes what it was asked. */
export function fakeFetch(answers: Record<string, Answer | Answer[]>) {
  const queues = new Map(Object.entries(answers).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]))
  return vi.fn<typeof fetch>(async (input, init) => {
    const url = new URL(String(input))
    const key = `${init?.method ?? 'GET'} ${url.pathname}`
    const entry = queues.get(key)
    // The last of several answers is given again and again.
    const answer = Array.isArray(entry) ? (entry.length > 1 ? entry.shift() : entry[0]) : entry
    init?.signal?.throwIfAborted()
    if (answer === undefined) {
      throw new Error(`the test has no answer for ${key}`)
    }
    if (answer === 'unreachable') {
      throw new TypeError('Failed to fetch')
    }
    return answer instanceof Response ? answer.clone() : answer()
  })
}

/** Stands in for EventSource; tests make its events happen. */
export class FakeEventSource extends EventTarget {
  static opened: FakeEventSource[] = []
  readyState = 0

  constructor(
    readonly url: string,
    readonly init?: EventSourceInit,
  ) {
    super()
    FakeEventSource.opened.push(this)
  }

  close(): void {
    this.readyState = 2
  }

  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  send(type: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }))
  }

  fail(readyState: 0 | 2): void {
    this.readyState = readyState
    this.dispatchEvent(new Event('error'))
  }

  static get last(): FakeEventSource {
    const last = FakeEventSource.opened.at(-1)
    if (last === undefined) {
      throw new Error('no stream was opened')
    }
    return last
  }
}

export function stubEventSource(): void {
  FakeEventSource.opened = []
  vi.stubGlobal('EventSource', FakeEventSource)
}

/** Run a composable as if in a component; `stop` is the component's end. */
export function inScope<Result>(setup: () => Result): { result: Result; stop: () => void } {
  const scope = effectScope()
  const result = scope.run(setup)
  return { result: result as Result, stop: () => scope.stop() }
}

export interface Mounted {
  wrapper: VueWrapper
  fetch: ReturnType<typeof fakeFetch>
  client: Client
  session: Session
  router: Router
}

/** Wait until pages that are loaded on demand are here and have got their answers. */
export async function settle(): Promise<void> {
  await flushPromises()
  await vi.dynamicImportSettled()
  await flushPromises()
}

/** Mount a component at a path of the application, with a fake API behind it. */
export async function mountAt(
  component: Component,
  path: string,
  answers: Record<string, Answer | Answer[]>,
): Promise<Mounted> {
  const fetch = fakeFetch({ 'GET /api/me': json(admin), 'GET /api/refusals': json({ items: [], minutes: 1440 }), ...answers })
  const client = createClient({ api: API, fetch, onSignInRequired: () => session.expire() })
  const session = createSession(client)
  const router = createAppRouter(session, createMemoryHistory())
  await router.push(path)
  const wrapper = mount(component, {
    attachTo: document.body,
    global: {
      plugins: [router],
      provide: { [clientKey as symbol]: client, [sessionKey as symbol]: session },
      stubs: { ActivityChart: true },
    },
  })
  await settle()
  return { wrapper, fetch, client, session, router }
}
