import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'

import { ApiProblem } from '@/api/problems'

import { inScope } from '../../../test/support'
import { useClipboard } from '../useClipboard'
import { useCountdown } from '../useCountdown'
import { usePageTitle } from '../usePageTitle'
import { useSubmit } from '../useSubmit'
import { useTheme } from '../useTheme'
import { useThrottled } from '../useThrottled'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const tooMany = new ApiProblem(
  { type: 'about:blank', status: 429, code: 'too-many-attempts', title: 't', detail: 'd' },
  { retryAfter: 2 },
)

describe('useTheme', () => {
  function storage(initial: Record<string, string> = {}) {
    const items = new Map(Object.entries(initial))
    return {
      items,
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    }
  }

  it('goes from the system’s to light to dark and back, and remembers', () => {
    const memory = storage()
    const root = document.createElement('div')
    const { theme, following, cycle } = useTheme(memory, root)
    const seen = [0, 1, 2, 3].map(() => {
      const state = [theme.value, following(), root.dataset.theme, memory.items.get('crossguard.theme')]
      cycle()
      return state
    })
    expect(seen).toEqual([
      ['system', 'light', undefined, undefined],
      ['light', 'dark', 'light', 'light'],
      ['dark', 'system', 'dark', 'dark'],
      ['system', 'light', undefined, undefined],
    ])
  })

  it('starts with what it remembers, unless that makes no sense', () => {
    const root = document.createElement('div')
    expect(useTheme(storage({ 'crossguard.theme': 'dark' }), root).theme.value).toBe('dark')
    expect(useTheme(storage({ 'crossguard.theme': 'purple' }), root).theme.value).toBe('system')
  })

  it('works where storage is forbidden', () => {
    const forbidden = () => {
      throw new DOMException('denied', 'SecurityError')
    }
    const { theme, cycle } = useTheme({ getItem: forbidden, setItem: forbidden, removeItem: forbidden }, document.createElement('div'))
    cycle()
    expect(theme.value).toBe('light')
  })
})

describe('useCountdown', () => {
  it('counts seconds down and stops at zero', () => {
    const { result } = inScope(() => useCountdown())
    result.start(2)
    expect(result.remaining.value).toBe(2)
    vi.advanceTimersByTime(1000)
    expect(result.remaining.value).toBe(1)
    vi.advanceTimersByTime(1000)
    expect(result.remaining.value).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('goes by the clock when ticks were missed', () => {
    let now = 0
    const { result } = inScope(() => useCountdown(() => now))
    result.start(60)
    now = 59_500
    vi.advanceTimersByTime(1000)
    expect(result.remaining.value).toBe(1)
  })
})

describe('useClipboard', () => {
  it('copies and says so for a moment', async () => {
    const writeText = vi.fn<(text: string) => Promise<void>>(async () => {})
    const { result } = inScope(() => useClipboard({ writeText }, 1000))
    await result.copy('text')
    expect(writeText).toHaveBeenCalledWith('text')
    expect(result.status.value).toBe('copied')
    vi.advanceTimersByTime(1000)
    expect(result.status.value).toBe('idle')
  })

  it.each([
    ['refuses', { writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) }],
    ['has none', null],
  ])('says so when the browser %s', async (_name, clipboard) => {
    if (clipboard === null) {
      vi.stubGlobal('navigator', {})
    }
    const { result } = inScope(() => useClipboard(clipboard ?? undefined))
    await result.copy('text')
    expect(result.status.value).toBe('failed')
  })
})

describe('useThrottled', () => {
  it('takes in one change in a while, the last one', async () => {
    const source = ref('a')
    const { result } = inScope(() => useThrottled(source, 1000))
    source.value = 'b'
    await nextTick()
    source.value = 'c'
    await nextTick()
    expect(result.value).toBe('a')
    vi.advanceTimersByTime(1000)
    expect(result.value).toBe('c')
  })
})

describe('useSubmit', () => {
  it('sends once at a time', async () => {
    let finish: () => void = () => {}
    const send = vi.fn<() => Promise<void>>(() => new Promise((resolve) => (finish = resolve)))
    const { result } = inScope(() => useSubmit(send))
    const first = result.submit()
    expect(result.blocked.value).toBe(true)
    expect(await result.submit()).toBe(false)
    finish()
    expect(await first).toBe(true)
    expect(send).toHaveBeenCalledOnce()
    expect(result.blocked.value).toBe(false)
  })

  it('waits as long as the API says', async () => {
    const send = vi.fn<() => Promise<void>>(() => Promise.reject(tooMany))
    const { result } = inScope(() => useSubmit(send))
    expect(await result.submit()).toBe(false)
    expect([result.error.value, result.wait.value, result.blocked.value]).toEqual([tooMany, 2, true])
    await result.submit()
    expect(send).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(2000)
    await result.submit()
    expect(send).toHaveBeenCalledTimes(2)
  })
})

describe('usePageTitle', () => {
  it('follows the page', async () => {
    const title = ref('Users')
    inScope(() => usePageTitle(title))
    expect(document.title).toBe('Users · Crossguard')
    title.value = 'Policies'
    await nextTick()
    expect(document.title).toBe('Policies · Crossguard')
  })
})
