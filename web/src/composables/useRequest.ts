import { onScopeDispose, readonly, ref, shallowReadonly, shallowRef, type Ref, type ShallowRef } from 'vue'

import { ApiProblem, Unreachable, type ApiError } from '@/api/problems'

export interface UseRequestReturn<Result> {
  /** The last result; kept while it is asked for again and when that fails. */
  data: Readonly<ShallowRef<Result | null>>
  /** Why the last try failed; null while it has not. */
  error: Readonly<ShallowRef<ApiError | null>>
  pending: Readonly<Ref<boolean>>
  /** Ask now. A request still under way is given up in favour of this one. */
  run: () => Promise<void>
  /** Give up the request under way, if there is one. */
  cancel: () => void
  /** Replace the result by one that is known without asking. */
  set: (data: Result) => void
}

/**
 * Ask the API for one thing and hold what came of it as state.
 *
 * The request is given up when the component that asked is left.
 */
export function useRequest<Result>(send: (signal: AbortSignal) => Promise<Result>): UseRequestReturn<Result> {
  const data = shallowRef<Result | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const pending = ref(false)
  let current: AbortController | null = null

  async function run(): Promise<void> {
    current?.abort()
    const controller = new AbortController()
    current = controller
    pending.value = true
    try {
      const result = await send(controller.signal)
      if (current === controller) {
        data.value = result
        error.value = null
      }
    } catch (reason) {
      // Whoever aborted has replaced this request or has left; either way nobody waits for it.
      if (current === controller && !controller.signal.aborted) {
        error.value = toApiError(reason)
      }
    } finally {
      if (current === controller) {
        current = null
        pending.value = false
      }
    }
  }

  function cancel(): void {
    current?.abort()
    current = null
    pending.value = false
  }

  function set(result: Result): void {
    data.value = result
  }

  onScopeDispose(cancel)

  return { data: shallowReadonly(data), error: shallowReadonly(error), pending: readonly(pending), run, cancel, set }
}

/** Narrow what a request was rejected with; anything else is a mistake in this program and goes on up. */
export function toApiError(reason: unknown): ApiError {
  if (reason instanceof ApiProblem || reason instanceof Unreachable) {
    return reason
  }
  throw reason
}
