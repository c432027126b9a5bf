import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { API, decision, FakeEventSource, inScope } from '../../../test/support'
import { useEvents } from '../useEvents'

/** A page whose visibility the test decides. */
class FakePage extends EventTarget {
  hidden = false

  hide(hidden: boolean): void {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

function listen() {
  const page = new FakePage()
  const calls = {
    onDecision: vi.fn<(value: unknown) => void>(),
    onStats: vi.fn<(value: unknown) => void>(),
    onReopen: vi.fn<() => void>(),
    onRefused: vi.fn<() => void>(),
  }
  const { result, stop } = inScope(() =>
    useEvents({
      api: API,
      ...calls,
      EventSource: FakeEventSource as unknown as typeof EventSource,
      document: page as unknown as Document,
      retryMs: 1000,
    }),
  )
  return { page, calls, stream: result, stop }
}

beforeEach(() => {
  FakeEventSource.opened = []
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the live feed', () => {
  it('is asked for with the cookie', () => {
    const { stream } = listen()
    expect(FakeEventSource.last.url).toBe(`${API}/api/events`)
    expect(FakeEventSource.last.init).toEqual({ withCredentials: true })
    expect(stream.status.value).toBe('connecting')
  })

  it('passes on decisions and totals', () => {
    const { calls, stream } = listen()
    FakeEventSource.last.open()
    FakeEventSource.last.send('decision', decision(7))
    FakeEventSource.last.send('stats', { allowed: 1, refused: 2, dropped: 3 })
    expect(stream.status.value).toBe('live')
    expect(calls.onReopen).not.toHaveBeenCalled()
    expect(calls.onDecision).toHaveBeenCalledWith(decision(7))
    expect(calls.onStats).toHaveBeenCalledWith({ allowed: 1, refused: 2, dropped: 3 })
  })

  it('is closed while nobody looks, and opened again when somebody does', () => {
    const { page, calls, stream } = listen()
    const first = FakeEventSource.last
    page.hide(true)
    expect([first.readyState, stream.status.value]).toEqual([2, 'closed'])
    page.hide(false)
    expect(FakeEventSource.opened).toHaveLength(2)
    expect(stream.status.value).toBe('connecting')
    expect(calls.onReopen).not.toHaveBeenCalled()
    FakeEventSource.last.open()
    expect(calls.onReopen).toHaveBeenCalledOnce()
  })

  it('stays closed while paused, also when the page comes back', () => {
    const { page, stream } = listen()
    stream.pause()
    page.hide(true)
    page.hide(false)
    expect([stream.paused.value, stream.status.value, FakeEventSource.opened.length]).toEqual([true, 'closed', 1])
    stream.resume()
    expect(FakeEventSource.opened).toHaveLength(2)
  })

  it('leaves an interruption to the browser, which tries again by itself', () => {
    const { calls, stream } = listen()
    FakeEventSource.last.open()
    FakeEventSource.last.fail(0)
    vi.advanceTimersByTime(60_000)
    expect([stream.status.value, FakeEventSource.opened.length]).toEqual(['lost', 1])
    expect(calls.onRefused).not.toHaveBeenCalled()
    FakeEventSource.last.open()
    expect(stream.status.value).toBe('live')
    expect(calls.onReopen).toHaveBeenCalledOnce()
  })

  it('takes an end that was announced for no trouble, unless nothing follows', () => {
    const { calls, stream } = listen()
    for (let time = 0; time < 3; time += 1) {
      FakeEventSource.last.open()
      FakeEventSource.last.send('again', {})
      FakeEventSource.last.fail(0)
      vi.advanceTimersByTime(900)
      expect(stream.status.value).toBe('live')
    }
    FakeEventSource.last.open()
    vi.advanceTimersByTime(60_000)
    expect([stream.status.value, calls.onReopen.mock.calls.length]).toEqual(['live', 0])
    FakeEventSource.last.send('again', {})
    FakeEventSource.last.fail(0)
    vi.advanceTimersByTime(1000)
    expect(stream.status.value).toBe('lost')
  })

  it('asks again after a while when the API refused it', () => {
    const { calls, stream } = listen()
    FakeEventSource.last.fail(2)
    expect(stream.status.value).toBe('lost')
    expect(calls.onRefused).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(1000)
    expect(FakeEventSource.opened).toHaveLength(2)
  })

  it('is closed for good with the page', () => {
    const { page, stop } = listen()
    FakeEventSource.last.fail(2)
    stop()
    vi.advanceTimersByTime(60_000)
    page.hide(true)
    page.hide(false)
    expect(FakeEventSource.opened).toHaveLength(1)
    expect(FakeEventSource.last.readyState).toBe(2)
  })
})
