import { isLoopback, type Failure } from './call'
import type { Cause } from './cause'
import { WORDS, type LocalCode } from './words'

/** What of the page's surroundings tells why a request never left it, or found no server. */
export interface Surroundings {
  api: URL
  /** Where crossguard's script is; every crossguard answers it, to every page. */
  script: string
  token: () => string
  window: Window & typeof globalThis
  fetch: typeof fetch
  /** Origins that the page's own Content-Security-Policy kept it from, the last of them. */
  forbidden: readonly string[]
}

/** Where the documentation explains what a page finds out by itself. */
const PAGE = 'https://crossguard.readthedocs.io/in-the-page/'

const PERMISSIONS = ['loopback-network', 'local-network', 'local-network-access']

/** Tell what is certain without a question to the API: the browser has sent nothing. */
export function neverSent(failure: Failure, { window, forbidden }: Surroundings): Cause | null {
  const url = new URL(failure.url)
  if (failure.status !== null) {
    return null
  }
  if (forbidden.includes(url.origin)) {
    return local('csp-connect-src', url, failure)
  }
  if (window.location.protocol === 'https:' && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return local('mixed-content', url, failure)
  }
  return null
}

/** Tell what the page can find out by itself, when crossguard did not answer at all. */
export async function withoutAnswer(failure: Failure, around: Surroundings): Promise<Cause | null> {
  const { window, api } = around
  const url = new URL(failure.url)
  if (!window.navigator.onLine) {
    return local('offline', url, failure)
  }
  if (await isDenied(window, url)) {
    return local('local-network-access', url, failure)
  }
  if (await answers(around, url.origin)) {
    if (url.origin !== api.origin) {
      return null
    }
    return local((await isCrossguard(around)) ? 'preflight-status' : 'other-server', url, failure)
  }
  if (isControlled(window)) {
    return local('service-worker', url, failure)
  }
  return local('connection-failed', url, failure, api)
}

/** Tell what keeps a request from an API that runs, and that has not seen it. */
export async function unseen(failure: Failure, around: Surroundings): Promise<Cause | null> {
  const url = new URL(failure.url)
  if (failure.status !== null) {
    return isControlled(around.window) ? local('service-worker', url, failure) : null
  }
  // No page owns this origin, so that the API tells none of them anything.
  if (around.window.origin === 'null') {
    return local('null-origin', url, failure)
  }
  if (await isDenied(around.window, url)) {
    return local('local-network-access', url, failure)
  }
  if (url.origin !== around.api.origin && !(await answers(around, url.origin))) {
    return local('connection-failed', url, failure, around.api)
  }
  return local(isControlled(around.window) ? 'service-worker' : 'never-sent', url, failure)
}

/** Tell that a stream was answered and did not begin, where the API finds nothing wrong with its answer. */
export function notOpened(failure: Failure): Cause | null {
  const codes = { eventsource: 'not-an-event-stream', websocket: 'handshake-refused' } as const
  const { kind } = failure
  return kind === 'eventsource' || kind === 'websocket' ? local(codes[kind], new URL(failure.url), failure) : null
}

/** Tell that redirects have led a call to a page, which an answer of 200 hides. */
export function landedOnPage(failure: Failure): Cause | null {
  return failure.landed === undefined ? null : local('redirected-to-page', new URL(failure.url), failure)
}

function local(code: LocalCode, url: URL, failure: Failure, api = url): Cause {
  const { why, fix } = WORDS[code]({ url, page: window.location.origin, status: failure.status, landed: failure.landed ?? '', api })
  return { code, why, fix, proof: '', address: `${PAGE}#${code}`, hints: [] }
}

function isControlled({ navigator }: Window): boolean {
  return 'serviceWorker' in navigator && navigator.serviceWorker?.controller !== null
}

/** Whether the user, or a policy, keeps this page from addresses of the local network. */
async function isDenied({ location, navigator }: Window, url: URL): Promise<boolean> {
  if (isLoopback(location.hostname) || navigator.permissions === undefined) {
    return false
  }
  const states = PERMISSIONS.filter((name) => (name === 'local-network') !== isLoopback(url.hostname)).map((name) =>
    navigator.permissions.query({ name: name as PermissionName }).then(
      ({ state }) => state === 'denied',
      () => false,
    ),
  )
  return (await Promise.all(states)).includes(true)
}

/** Whether a server answers at all: what it says stays hidden, that it speaks does not. */
async function answers({ fetch, script }: Surroundings, origin: string): Promise<boolean> {
  // A path that no view of an application has.
  const address = origin + new URL(script).pathname
  return fetch(address, { method: 'HEAD', mode: 'no-cors', credentials: 'omit', cache: 'no-store' }).then(
    () => true,
    () => false,
  )
}

/** Whether crossguard is behind what keeps its preflights: its script is asked for without one. */
async function isCrossguard({ fetch, script, token }: Surroundings): Promise<boolean> {
  return fetch(`${script}?token=${encodeURIComponent(token())}`, { credentials: 'omit', cache: 'no-store', redirect: 'error' }).then(
    (response) => response.ok && /^text\/javascript\b/.test(response.headers.get('content-type') ?? ''),
    () => false,
  )
}
