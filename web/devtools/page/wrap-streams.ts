import { plain, quietly, target, textOf, type Call, type Listener } from './call'

type Opened = EventSource | WebSocket

/** Listen to `EventSource` and `WebSocket`: what was never open has failed. */
export function wrapStreams(window: Window & typeof globalThis, listener: Listener): void {
  const listen = window.EventTarget.prototype.addEventListener

  function follow(call: Call, opened: Opened): void {
    let open = false
    listen.call(opened, 'open', () => {
      open = true
      quietly(() => listener.succeeded(call))
    })
    listen.call(opened, 'error', () => {
      // An event stream that the server has ended is begun again by the browser: nothing is wrong with it.
      if (!open || (call.kind === 'eventsource' && opened.readyState === 2)) {
        quietly(() => listener.failed({ ...call, status: null }))
      }
      open = call.kind === 'websocket' && open
    })
  }

  function wrap<Name extends 'EventSource' | 'WebSocket'>(name: Name): void {
    const native = window[name] as unknown as abstract new (...words: unknown[]) => Opened
    if (typeof native !== 'function') {
      return
    }
    const wrapped = new Proxy(native, {
      construct(constructor, words: unknown[], newTarget) {
        const url = quietly(() => target(textOf(words[0]) ?? ''))
        const call: Call | null = url && {
          kind: name === 'WebSocket' ? 'websocket' : 'eventsource',
          method: 'GET',
          url: url.href.replace(/#.*/, ''),
          credentials: name === 'WebSocket' || plain(words[1], 'withCredentials') === true,
          at: window.performance.now(),
        }
        try {
          const opened = Reflect.construct(constructor, words, newTarget === wrapped ? constructor : newTarget) as Opened
          if (call !== null) {
            quietly(() => follow(call, opened))
          }
          return opened
        } catch (error) {
          // An https page gets an exception for ws://, and so does one whose policy forbids it.
          if (call !== null && error instanceof window.DOMException && error.name === 'SecurityError') {
            quietly(() => listener.failed({ ...call, status: null }))
          }
          throw error
        }
      },
    })
    const constructor = Object.getOwnPropertyDescriptor(native.prototype, 'constructor')
    Object.defineProperty(native.prototype, 'constructor', { ...constructor, value: wrapped })
    Object.defineProperty(window, name, { ...Object.getOwnPropertyDescriptor(window, name), value: wrapped })
  }

  wrap('EventSource')
  wrap('WebSocket')
}
