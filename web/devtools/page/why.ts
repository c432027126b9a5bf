import type { Failure } from './call'
import type { Cause, Hint } from './cause'

/** What the API says of a call; `silent` is an API that does not know the question. */
export type Answer =
  | { kind: 'known'; seen: 'nothing' | 'preflight' | 'request'; cause: Cause | null }
  | { kind: 'silent'; reason: string }
  | { kind: 'unreachable' }

export interface Asking {
  /** Where crossguard serves its addresses, such as `http://localhost:5000/_crossguard`. */
  base: string
  token: string
  fetch: typeof fetch
  setTimeout: (work: () => void, ms: number) => unknown
  now: () => number
}

const TIMEOUT = 3000
/** Longer than any text that crossguard writes; a page is not filled by another server. */
const LONGEST = 2000
const MOST = 20

/** Ask the API what became of the last request of this page with that method and URL. */
export async function askWhy(failure: Failure, asking: Asking): Promise<Answer> {
  const abort = new AbortController()
  asking.setTimeout(() => abort.abort(), TIMEOUT)
  const { origin, pathname } = new URL(failure.url)
  let response
  try {
    response = await asking.fetch(`${asking.base}/why`, {
      method: 'POST',
      // The token is in a header, and what the page keeps in its cookies and its query is not sent.
      headers: { 'Content-Type': 'application/json', 'X-Crossguard-Token': asking.token },
      body: JSON.stringify({
        method: failure.method,
        url: (origin + pathname).slice(0, LONGEST),
        kind: failure.kind,
        credentials: failure.credentials ? 'include' : 'omit',
        since: Math.ceil(asking.now() - failure.at) + 100,
      }),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: abort.signal,
    })
  } catch {
    return { kind: 'unreachable' }
  }
  if (response.status !== 200 || !/^application\/json\b/.test(response.headers.get('content-type') ?? '')) {
    void response.body?.cancel().catch(() => undefined)
    return { kind: 'silent', reason: `${asking.base}/why answers ${response.status}` }
  }
  try {
    return read(await response.json(), failure)
  } catch {
    return { kind: 'silent', reason: `what ${asking.base}/why answers is no JSON` }
  }
}

/** Make a cause of what the API says, well-formed or not. */
export function read(json: unknown, failure: Failure): Answer {
  const answer = record(json)
  const { seen } = answer
  if (answer.version !== 1 || (seen !== 'nothing' && seen !== 'preflight' && seen !== 'request')) {
    return { kind: 'silent', reason: 'the API has another version of crossguard than this script' }
  }
  const diagnosis = record(answer.diagnosis)
  const main = { code: text(diagnosis.code), text: text(diagnosis.summary), fix: text(diagnosis.fix) }
  const hints = list(diagnosis.hints).map(said)
  const cookies = list(answer.cookies).map(said)
  if (failure.header !== undefined) {
    const wanted = failure.header
    const hidden = [main, ...hints].find((hint) => hint.code === 'header-not-exposed' && hint.text.toLowerCase().includes(wanted))
    return { kind: 'known', seen, cause: hidden === undefined ? null : causeOf(hidden, []) }
  }
  return { kind: 'known', seen, cause: choose(failure, diagnosis, main, hints, cookies) }
}

/** What is worth knowing, and stops no call whose answer the page could read. */
const BESIDES = new Set([
  'header-not-exposed',
  'headers-replaced',
  'local-network-access',
  'opaque-response',
  'slash-redirect',
  'user-agent-dropped',
  'vary-missing',
])

/** What says no more than that the user has not signed in yet, or not again. */
const SIGNED_OUT = new Set(['signed-out', 'session-unknown'])

function choose(
  failure: Failure,
  diagnosis: Record<string, unknown>,
  main: Said,
  hints: readonly Said[],
  cookies: readonly Said[],
): Cause | null {
  const { code } = main
  const others = (chosen: Said) => [main, ...hints, ...cookies].filter((hint) => hint.code !== chosen.code && hint.text !== '')
  if (SIGNED_OUT.has(code) || (code === '' && (failure.status === 401 || failure.status === 403))) {
    // Every application answers "sign in first" to its own front end; that is a fault only where signing in
    // would not help: the page leaves its cookies at home, or the browser does.
    const fault = failure.credentials ? cookies[0] : hints.find((hint) => hint.code === 'no-credentials')
    return fault === undefined ? null : causeOf(fault, others(fault))
  }
  // A 404 in JSON is a view's answer to its front end; one in HTML comes from the router.
  const meant = failure.status !== null && (BESIDES.has(code) || (code === 'not-found' && failure.worded === true))
  if (code === '' || meant) {
    return null
  }
  return causeOf(main, others(main), text(diagnosis.proof), link(diagnosis.address))
}

interface Said extends Hint {
  code: string
}

function causeOf(main: Said, hints: readonly Hint[], proof = '', address = ''): Cause {
  return { code: main.code, why: main.text, fix: main.fix, proof, address, hints }
}

function said(hint: Record<string, unknown>): Said {
  return { code: text(hint.code), text: text(hint.text), fix: text(hint.fix) }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.slice(0, MOST).map(record) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST) : ''
}

/** An address that may become a link: of the web, so that no click runs a script. */
function link(value: unknown): string {
  return /^https?:\/\//.test(text(value)) ? text(value) : ''
}
