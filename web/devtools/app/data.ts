import type { CookiePosture, Diagnosis, PolicyFields } from '@/api/types'
import { groupCookies, type CookieGroup } from '@/composables/useCookies'
import type { ShownPolicy } from '@/composables/usePolicies'

/** One request of a page, as the API tells it. */
export interface Exchange {
  number: number
  origin: string
  exchange: { at: string; method: string; path: string; status: number | null } | null
  decision: { outcome: string; code: string; allowed: boolean } | null
  diagnosis: { code: string; summary: string; fix: string; proof: string; address: string } | null
}

interface Line {
  level: string
  rule: string
  methods: string[]
  policy: (Omit<PolicyFields, 'json_only' | 'public_origins'> & Partial<PolicyFields> & { place?: string; name?: string }) | null
}

interface CookieRow {
  cookie: string
  set_cookie: string
  page: string
  api: string
  relation: CookiePosture['relation']
  fits: { browser: CookiePosture['fits'][number]['browser']; works: boolean; code: string; text: string; fix: string }[]
}

export interface Probe {
  origin: string
  url: string
  method: string
  credentials: string
  browser: string
  headers: [string, string][]
}

const TOKEN = 'crossguard:token'

/** Take the token out of the address bar, and keep it for this tab: a reload needs it. */
export function takeToken(window: Window): string {
  const url = new URL(window.location.href)
  const given = url.searchParams.get('token')
  if (given !== null) {
    window.sessionStorage.setItem(TOKEN, given)
    url.searchParams.delete('token')
    window.history.replaceState(null, '', url)
  }
  return given ?? window.sessionStorage.getItem(TOKEN) ?? ''
}

/** What went wrong, in words for the page. */
export class AskingFailed extends Error {}

export function createAsk(token: string, fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)) {
  async function ask<Answer>(name: string, body?: unknown): Promise<Answer> {
    let response
    try {
      response = await fetch(name, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'X-Crossguard-Token': token, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: 'no-store',
        credentials: 'omit',
      })
    } catch {
      throw new AskingFailed('The API does not answer. Does it still run?')
    }
    const type = response.headers.get('content-type') ?? ''
    if (!type.startsWith('application/json')) {
      throw new AskingFailed('The API does not know this token any more. Open the address that its terminal shows.')
    }
    const answer = (await response.json()) as Answer & { error?: string }
    if (!response.ok) {
      throw new AskingFailed(answer.error ?? `The API answered ${response.status}.`)
    }
    return answer
  }

  return {
    exchanges: async (after: number) => (await ask<{ items: Exchange[] }>(`exchanges?after=${after}`)).items,
    policies: async () => policiesOf((await ask<{ items: Line[] }>('policies')).items),
    cookies: async () => cookiesOf((await ask<{ items: CookieRow[] }>('cookies')).items),
    attempt: (probe: Probe) => ask<Diagnosis>('try', probe),
  }
}

export type Ask = ReturnType<typeof createAsk>

const LEVELS = ['view', 'blueprint', 'path', 'app', 'none'] as const

/** Put the rules that one policy governs together, as the card of a policy shows them. */
export function policiesOf(lines: readonly Line[]): ShownPolicy[] {
  const found = new Map<string, ShownPolicy>()
  for (const { level, rule, methods, policy } of lines) {
    const key = JSON.stringify([level, policy])
    const shown = found.get(key) ?? {
      level: LEVELS.find((known) => known === level) ?? 'none',
      declared: policy?.place ?? '',
      policy: policy === null ? null : { json_only: false, public_origins: [], ...policy },
      rules: [],
      ruleCount: 0,
    }
    shown.rules.push({ rule, methods, endpoint: '' })
    shown.ruleCount += 1
    found.set(key, shown)
  }
  return [...found.values()]
}

/** Bring the rows of cookies into the form of the matrix. */
export function cookiesOf(rows: readonly CookieRow[]): CookieGroup[] {
  return groupCookies(
    rows.map(({ cookie, set_cookie, page, api, relation, fits }) => ({
      cookie,
      set_cookie,
      api,
      relation,
      frontends: [page],
      frontend_count: 1,
      fits: fits.map(({ browser, works, code, text, fix }) => ({ browser, works, fix, reason: code, step: '', explanation: text })),
    })),
  )
}
