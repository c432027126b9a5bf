export type Kind = 'fetch' | 'xhr' | 'eventsource' | 'websocket'

/** A request that the page has made, as far as it can be told without touching what the page handed over. */
export interface Call {
  kind: Kind
  method: string
  /** Absolute, without fragment. */
  url: string
  /** Whether the page asked for its cookies to come along. */
  credentials: boolean
  /** When, in milliseconds of `performance.now()`. */
  at: number
}

/** How a call ended that is worth a question. */
export interface Failure extends Call {
  /** What the page could read; null if the browser told it nothing. */
  status: number | null
  /** The name of a response header that the page wanted and was not shown. */
  header?: string
  /** The path of the HTML page that redirects led to. */
  landed?: string
  /** Whether the answer is JSON, which a view has made for its front end, and no router. */
  worded?: boolean
}

/** What the wraps tell. Neither may throw, nor take long: the page waits. */
export interface Listener {
  failed: (failure: Failure) => void
  /** A call that went well, so that what was said about it can go. */
  succeeded: (call: Call) => void
}

export const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}

/** Where a URL leads, as http: a WebSocket goes to the same port. Null for what is no URL of the web. */
export function target(url: string): URL | null {
  try {
    const parsed = new URL(url, document.baseURI)
    const scheme = /^(?:ws|http)(s?):$/.exec(parsed.protocol)
    if (scheme === null) {
      return null
    }
    return new URL(parsed.href.replace(/^\w+/, `http${scheme[1] ?? ''}`))
  } catch {
    return null
  }
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80')
}

/**
 * How a URL stands to the API.
 *
 * `api`: it is of its origin. `twin`: the same port under another name of this machine. `near`: the same
 * machine, and another port or scheme, which is what a mistyped address looks like. Null: it is none of ours.
 */
export function relation(url: URL, api: URL, page: string): 'api' | 'twin' | 'near' | null {
  if (url.origin === api.origin) {
    return 'api'
  }
  const sameMachine = url.hostname === api.hostname || (isLoopback(url.hostname) && isLoopback(api.hostname))
  if (!sameMachine || url.origin === page) {
    return null
  }
  return url.protocol === api.protocol && portOf(url) === portOf(api) ? 'twin' : 'near'
}

/** The path of *url*, if that is another than was asked for, and an HTML page. */
export function landing(asked: string, url: string, type: string): string | undefined {
  return url !== '' && url.replace(/#.*/, '') !== asked && /^text\/html\b/.test(type) ? new URL(url).pathname : undefined
}

/** Read a member of an options object without running code of the page: a getter is left alone. */
export function plain(options: unknown, name: string): unknown {
  for (let object = options; typeof object === 'object' && object !== null; object = Object.getPrototypeOf(object)) {
    const found = Object.getOwnPropertyDescriptor(object, name)
    if (found !== undefined) {
      return found.value
    }
  }
  return undefined
}

/** Read a text that the page handed over, without running its `toString`. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') {
    return value
  }
  return value instanceof URL ? value.href : null
}

/** Run code of our own where an exception would become one of the page. */
export function quietly<Value>(work: () => Value): Value | null {
  try {
    return work()
  } catch {
    return null
  }
}
