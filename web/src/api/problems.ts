import type { Problem, ProblemError } from './types'

/**
 * The API answered, and the answer is an error (RFC 9457, application/problem+json).
 *
 * Tell errors apart by `code`; `title` and `detail` are for people.
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  /** Which members of the request cannot be used, and why. */
  readonly errors: readonly ProblemError[]
  /** Seconds until the API wants to hear from us again; null when it did not say. */
  readonly retryAfter: number | null
  /** The answer as it came, to be shown to whoever looks for the cause. */
  readonly body: unknown

  constructor(problem: Problem, options: { retryAfter?: number | null; body?: unknown } = {}) {
    super(`${problem.status} ${problem.code}: ${problem.title}`)
    this.status = problem.status
    this.code = problem.code
    this.title = problem.title
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.retryAfter = options.retryAfter ?? null
    this.body = options.body ?? problem
  }

  /** What the API says about one member of the request, with what to write instead; or null. */
  reasonFor(member: string): string | null {
    const error = this.errors.find(({ where }) => where === member)
    if (error === undefined) {
      return null
    }
    return error.fix === undefined ? error.reason : `${error.reason} Fix: ${error.fix}`
  }
}

/**
 * No answer that this page may read.
 *
 * The browser reports a server that is down and a refused cross-origin read in the same way
 * (Fetch Standard, "network error"), so that a page cannot scan networks. The cause is therefore
 * never known here; the API's log knows it.
 */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  /** Where the request went, with scheme, host and port. */
  readonly api: string
  /** Whether the API was given up on because it took too long. */
  readonly timedOut: boolean

  constructor(api: string, options: { timedOut?: boolean; cause?: unknown } = {}) {
    super(`no readable answer from ${api}`, { cause: options.cause })
    this.api = api
    this.timedOut = options.timedOut ?? false
  }
}

/** Everything that a request to the API can end in, other than a result or being given up. */
export type ApiError = ApiProblem | Unreachable
