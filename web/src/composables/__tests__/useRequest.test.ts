import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { ApiProblem, Unreachable } from '@/api/problems'

import { inScope } from '../../../test/support'
import { toApiError, useRequest } from '../useRequest'

/** A request that the test ends. */
function controlled() {
  const calls: { signal: AbortSignal; resolve: (value: string) => void; reject: (reason: unknown) => void }[] = []
  const send = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      calls.push({ signal, resolve, reject })
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  return { calls, send }
}

describe('useRequest', () => {
  it('holds the result', async () => {
    const { result } = inScope(() => useRequest(async () => 'x'))
    const run = result.run()
    expect(result.pending.value).toBe(true)
    await run
    expect([result.data.value, result.error.value, result.pending.value]).toEqual(['x', null, false])
  })

  it('keeps the last result when the next try fails, and forgets the error when one works', async () => {
    const answers = [async () => 'x', () => Promise.reject(new Unreachable('http://a')), async () => 'y']
    const { result } = inScope(() => useRequest(() => answers.shift()?.() ?? Promise.reject(new Error('no more'))))
    await result.run()
    await result.run()
    expect(result.data.value).toBe('x')
    expect(result.error.value).toBeInstanceOf(Unreachable)
    await result.run()
    expect([result.data.value, result.error.value]).toEqual(['y', null])
  })

  it('gives up a request in favour of the next one', async () => {
    const { calls, send } = controlled()
    const { result } = inScope(() => useRequest(send))
    void result.run()
    void result.run()
    expect(calls.map((call) => call.signal.aborted)).toEqual([true, false])
    calls[1]?.resolve('second')
    await flushPromises()
    expect([result.data.value, result.error.value, result.pending.value]).toEqual(['second', null, false])
  })

  it('gives up when the component that asked is left', async () => {
    const { calls, send } = controlled()
    const { result, stop } = inScope(() => useRequest(send))
    void result.run()
    stop()
    await flushPromises()
    expect(calls[0]?.signal.aborted).toBe(true)
    expect([result.data.value, result.error.value, result.pending.value]).toEqual([null, null, false])
  })

  it('takes no mistake of this program for an answer of the API', () => {
    expect(() => toApiError(new RangeError('oops'))).toThrow('oops')
    const problem = new ApiProblem({ type: 'about:blank', status: 404, code: 'not-found', title: 't', detail: 'd' })
    expect(toApiError(problem)).toBe(problem)
  })
})
