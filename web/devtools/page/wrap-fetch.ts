import { JSON_TYPE, landing, plain, quietly, target, textOf, type Call, type Failure, type Listener } from './call'

/** What every script may read, exposed or not (Fetch, CORS-safelisted response-header name). */
const SAFELISTED = /^(?:cache-control|content-(?:language|length|type)|expires|last-modified|pragma)$/
/** What browsers say of the arguments of a call; such a message names what is wrong, and nothing was sent. */
const OF_ARGUMENTS = /^(?:Failed to (?:execute|construct)|Window\.fetch:)/

/**
 * Listen to `fetch` without changing it.
 *
 * The page gets the promise that the browser made, so nothing is a step later than it was. Listening to it
 * counts as handling its rejection, though, and a page that forgot to would miss the browser's report: so
 * `once` notices whether the page has touched the promise, and if not, a rejection is made again, unhandled.
 */
export function wrapFetch(window: Window & typeof globalThis, listener: Listener): void {
  const { Request, Promise, Response } = window
  const { reject } = Promise
  const { then } = Promise.prototype
  const header = window.Headers.prototype.get
  const answers = new WeakMap<Headers, Failure>()

  function callOf(input: unknown, init: unknown): Call | null {
    const request = input instanceof Request ? input : null
    const text = request === null ? textOf(input) : request.url
    const url = text === null ? null : target(text)
    if (url === null) {
      return null
    }
    const method = plain(init, 'method') ?? request?.method ?? 'GET'
    const credentials = plain(init, 'credentials') ?? request?.credentials ?? 'same-origin'
    return {
      kind: 'fetch',
      method: typeof method === 'string' ? method.toUpperCase() : 'GET',
      url: url.href.replace(/#.*/, ''),
      credentials: credentials === 'include' || (credentials === 'same-origin' && url.origin === window.location.origin),
      at: window.performance.now(),
    }
  }

  function answered(call: Call, response: Response): void {
    if (response.type === 'opaque' || response.type === 'opaqueredirect') {
      return
    }
    const type = header.call(response.headers, 'content-type') ?? ''
    const landed = response.redirected ? landing(call.url, response.url, type) : undefined
    const failure: Failure = {
      ...call,
      status: response.status,
      worded: JSON_TYPE.test(type),
      ...(landed === undefined ? {} : { landed }),
    }
    answers.set(response.headers, failure)
    if (response.status >= 400 || landed !== undefined) {
      listener.failed(failure)
    } else {
      listener.succeeded(call)
    }
  }

  window.fetch = new Proxy(window.fetch, {
    apply(native, self: unknown, words: unknown[]) {
      const promise: unknown = Reflect.apply(native, self, words)
      const call = quietly(() => callOf(words[0], words[1]))
      // Another wrap, such as that of zone.js, may make promises of its own; those are left alone.
      if (call === null || !(promise instanceof Promise) || Object.getPrototypeOf(promise) !== Promise.prototype) {
        return promise
      }
      let lost: Promise<never> | null = null
      let touched = false
      const touch = () => {
        touched = true
        // It is handled after all, within the same turn; so is what stands for it.
        void lost?.catch(() => undefined)
      }
      Reflect.apply(then, promise, [
        (response: unknown) => response instanceof Response && quietly(() => answered(call, response)),
        (error: unknown) => {
          if (error instanceof window.TypeError && !OF_ARGUMENTS.test(error.message)) {
            quietly(() => listener.failed({ ...call, status: null }))
          }
          if (!touched) {
            lost = reject.call(Promise, error) as Promise<never>
          }
        },
      ])
      once(promise, touch)
      return promise
    },
  })

  // A header that is not exposed reads as if it were not there, which is no failure to a browser.
  for (const name of ['get', 'has'] as const) {
    window.Headers.prototype[name] = new Proxy(window.Headers.prototype[name], {
      apply(native, self: Headers, words: unknown[]) {
        const value: unknown = Reflect.apply(native, self, words)
        if (value === null || value === false) {
          quietly(() => {
            const answer = answers.get(self)
            const missing = textOf(words[0])?.toLowerCase()
            if (answer !== undefined && missing !== undefined && !SAFELISTED.test(missing)) {
              listener.failed({ ...answer, header: missing.slice(0, 100) })
            }
          })
        }
        return value
      },
    }) as never
  }
}

/** Call *touch* when the promise is first awaited, chained or handed on: each reads its constructor (ECMA-262, 27.2). */
function once(promise: Promise<unknown>, touch: () => void): void {
  Object.defineProperty(promise, 'constructor', {
    configurable: true,
    enumerable: false,
    get() {
      Reflect.deleteProperty(promise, 'constructor')
      touch()
      return promise.constructor
    },
    set(value) {
      Object.defineProperty(promise, 'constructor', { value, configurable: true, enumerable: true, writable: true })
    },
  })
}
