import { JSON_TYPE, landing, quietly, target, textOf, type Call, type Listener } from './call'

/** Listen to `XMLHttpRequest`: its constructor and its prototype stay what they are, two methods are listened to. */
export function wrapXhr(window: Window & typeof globalThis, listener: Listener): void {
  const prototype = window.XMLHttpRequest.prototype
  const listen = window.EventTarget.prototype.addEventListener
  const opened = new WeakMap<XMLHttpRequest, Pick<Call, 'method' | 'url'>>()
  const heard = new WeakMap<XMLHttpRequest, Call>()

  prototype.open = new Proxy(prototype.open, {
    apply(native, self: XMLHttpRequest, words: unknown[]) {
      const result: unknown = Reflect.apply(native, self, words)
      quietly(() => {
        const [method, address] = [textOf(words[0]), textOf(words[1])]
        const url = address === null ? null : target(address)
        if (method !== null && url !== null) {
          opened.set(self, { method: method.toUpperCase(), url: url.href.replace(/#.*/, '') })
        } else {
          opened.delete(self)
        }
      })
      return result
    },
  })

  function ended(self: XMLHttpRequest, status: number | null): void {
    const call = heard.get(self)
    if (call === undefined) {
      return
    }
    const type = status === null ? '' : (self.getResponseHeader('content-type') ?? '')
    const landed = landing(call.url, self.responseURL, type)
    if (status === null || status >= 400 || landed !== undefined) {
      listener.failed({ ...call, status, worded: JSON_TYPE.test(type), ...(landed === undefined ? {} : { landed }) })
    } else {
      listener.succeeded(call)
    }
  }

  prototype.send = new Proxy(prototype.send, {
    apply(native, self: XMLHttpRequest, words: unknown[]) {
      quietly(() => {
        const open = opened.get(self)
        if (open === undefined) {
          return
        }
        const credentials = self.withCredentials || new URL(open.url).origin === window.location.origin
        const first = !heard.has(self)
        heard.set(self, { kind: 'xhr', ...open, credentials, at: window.performance.now() })
        // Not of its upload: a listener there makes the browser ask with a preflight.
        if (first) {
          listen.call(self, 'error', () => quietly(() => ended(self, null)))
          listen.call(self, 'load', () => quietly(() => ended(self, self.status)))
        }
      })
      try {
        return Reflect.apply(native, self, words)
      } catch (error) {
        // What is synchronous throws instead of telling its listeners.
        if (error instanceof window.DOMException && error.name === 'NetworkError') {
          quietly(() => ended(self, null))
        }
        throw error
      }
    },
  })
}
