import { computed, readonly, ref, shallowReadonly, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'

import { ApiProblem, type ApiError } from '@/api/problems'

import { useCountdown } from './useCountdown'
import { toApiError } from './useRequest'

export interface UseSubmitReturn {
  pending: Readonly<Ref<boolean>>
  /** Why the last try failed; null while it has not. */
  error: Readonly<ShallowRef<ApiError | null>>
  /** Whether to keep the user from trying: under way, or the API said to wait. */
  blocked: ComputedRef<boolean>
  /** Seconds until the API takes another try; 0 when it does now. */
  wait: Readonly<Ref<number>>
  /** Send; resolves to whether it worked. Does nothing while blocked. */
  submit: () => Promise<boolean>
  /** What the API said about one member of the body. */
  reasonFor: (member: string) => string | null
}

/**
 * Send something that changes the API's state, once at a time, and hold what went wrong.
 *
 * @param required what must not be empty, by member; caught before anything is sent
 */
export function useSubmit(
  send: () => Promise<unknown>,
  required: () => Readonly<Record<string, string>> = () => ({}),
): UseSubmitReturn {
  const pending = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const { remaining, start } = useCountdown()
  const blocked = computed(() => pending.value || remaining.value > 0)

  async function submit(): Promise<boolean> {
    if (blocked.value) {
      return false
    }
    error.value = problemOfEmpty(required())
    if (error.value !== null) {
      return false
    }
    pending.value = true
    try {
      await send()
      error.value = null
      return true
    } catch (reason) {
      error.value = toApiError(reason)
      if (error.value instanceof ApiProblem && error.value.retryAfter !== null) {
        start(error.value.retryAfter)
      }
      return false
    } finally {
      pending.value = false
    }
  }

  function reasonFor(member: string): string | null {
    return error.value instanceof ApiProblem ? error.value.reasonFor(member) : null
  }

  return {
    pending: readonly(pending),
    error: shallowReadonly(error),
    blocked,
    wait: remaining,
    submit,
    reasonFor,
  }
}

/** Return the problem that the API would answer for members that are empty; null if none is. */
export function problemOfEmpty(members: Readonly<Record<string, string>>): ApiProblem | null {
  const errors = Object.entries(members)
    .filter(([, value]) => value.trim() === '')
    .map(([where]) => ({ where, reason: 'must not be empty' }))
  if (errors.length === 0) {
    return null
  }
  const body = { type: 'about:blank', status: 400, code: 'invalid-body', title: 'Not filled in', detail: '', errors }
  return new ApiProblem(body, { retryAfter: null, body })
}
