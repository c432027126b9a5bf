import { ApiProblem, Unreachable } from './problems'
import type { Problem } from './types'

// Longer than any answer of a healthy API, shorter than a person's patience with a blank page.
const TIMEOUT_MS = 15_000

export interface ClientOptions {
  /** The API's origin: scheme, host and port. */
  api: string
  fetch?: typeof globalThis.fetch
  timeoutMs?: number
  /** Called when the API says that nobody is signed in any more. */
  onSignInRequired?: () => void
}

/** Sends requests to the API with the user's cookie, and turns every failure into a typed error. */
export interface Client {
  readonly api: string
  get<Result>(path: string, signal?: AbortSignal): Promise<Result>
  post<Result>(path: string, body?: unknown, signal?: AbortSignal): Promise<Result>
  patch<Result>(path: string, body: unknown, signal?: AbortSignal): Promise<Result>
  delete(path: string, signal?: AbortSignal): Promise<void>
}

/**
 * Make a client for one API.
 *
 * Its methods reject with `ApiProblem`, `Unreachable`, or, once `signal` is aborted, the signal's
 * reason. The type parameter of a method is the API's word (see `types.ts`), not a check.
 */
export function createClient(options: ClientOptions): Client {
  const { api, timeoutMs = TIMEOUT_MS, onSignInRequired } = options
  // Not called as a method of `options`: the browser's fetch insists on being called on the window.
  const send = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init))

  async function request<Result>(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const init: RequestInit = {
      method,
      // Without this the browser sends no cookie to another origin, and keeps none from it.
      credentials: 'include',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { Accept: 'application/json' },
    }
    if (body !== undefined) {
      init.headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
      init.body = JSON.stringify(body)
    }
    let response: Response
    let text: string
    try {
      response = await send(api + path, init)
      text = await response.text()
    } catch (error) {
      signal?.throwIfAborted()
      throw new Unreachable(api, { timedOut: timeout.aborted, cause: error })
    }
    if (response.ok) {
      return readResult<Result>(response, text)
    }
    const problem = readProblem(response, text)
    if (problem.code === 'sign-in-required') {
      onSignInRequired?.()
    }
    throw problem
  }

  return {
    api,
    get: (path, signal) => request('GET', path, undefined, signal),
    post: (path, body, signal) => request('POST', path, body, signal),
    patch: (path, body, signal) => request('PATCH', path, body, signal),
    delete: (path, signal) => request('DELETE', path, undefined, signal),
  }
}

function readResult<Result>(response: Response, text: string): Result {
  if (text === '') {
    return undefined as Result
  }
  try {
    return JSON.parse(text) as Result
  } catch {
    throw unreadable(response, text)
  }
}

function readProblem(response: Response, text: string): ApiProblem {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return unreadable(response, text)
  }
  if (!isProblem(body)) {
    return unreadable(response, text)
  }
  return new ApiProblem(body, { retryAfter: readRetryAfter(response), body })
}

/** An answer of something else than the API, such as a proxy's error page. */
function unreadable(response: Response, text: string): ApiProblem {
  return new ApiProblem(
    {
      type: 'about:blank',
      status: response.status,
      code: 'unreadable-answer',
      title: 'The answer is not the API’s',
      detail: `Something answered ${response.status} with a body that is not JSON. Is a proxy in between?`,
    },
    { retryAfter: readRetryAfter(response), body: text.slice(0, 2000) },
  )
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) {
    return false
  }
  const { status, code, title, detail } = value as Partial<Problem>
  return (
    typeof status === 'number' &&
    typeof code === 'string' &&
    typeof title === 'string' &&
    typeof detail === 'string'
  )
}

/** Read `Retry-After`, which a page on another origin sees only when the API exposes it. */
function readRetryAfter(response: Response): number | null {
  const value = response.headers.get('Retry-After')
  if (value === null || !/^\d{1,9}$/.test(value)) {
    return null
  }
  return Number(value)
}
