import { computed, inject, readonly, ref, shallowReadonly, shallowRef, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue'

import type { Client } from '@/api/client'
import { ApiProblem, type ApiError } from '@/api/problems'
import type { SignIn, SignInResult, User } from '@/api/types'

import { toApiError } from './useRequest'

/** `unknown`: the API has not said yet, or could not be asked. */
export type SessionStatus = 'unknown' | 'signed-in' | 'signed-out'

export interface Session {
  status: Readonly<Ref<SessionStatus>>
  user: Readonly<ShallowRef<User | null>>
  isAdmin: ComputedRef<boolean>
  /** Why the API could not be asked who is signed in. */
  error: Readonly<ShallowRef<ApiError | null>>
  /** Whether the session ended without the user having asked for it. */
  expired: Readonly<Ref<boolean>>
  /** Ask the API who is signed in. */
  load: () => Promise<void>
  /** @throws {ApiError} when the API refuses or cannot be reached */
  signIn: (credentials: SignIn) => Promise<void>
  /** @throws {ApiError} when the API cannot be reached: the cookie is then still valid */
  signOut: () => Promise<void>
  /** Note that the API no longer knows the user. */
  expire: () => void
}

/**
 * Hold who is signed in.
 *
 * The cookie itself is out of reach of this page (HttpOnly, another host), so the API is asked.
 */
export function createSession(client: Client): Session {
  const status = ref<SessionStatus>('unknown')
  const user = shallowRef<User | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const expired = ref(false)

  function enter(who: User): void {
    user.value = who
    status.value = 'signed-in'
    error.value = null
    expired.value = false
  }

  function leave(): void {
    user.value = null
    status.value = 'signed-out'
    error.value = null
  }

  async function load(): Promise<void> {
    try {
      enter(await client.get<User>('/api/me'))
    } catch (reason) {
      const failure = toApiError(reason)
      if (failure instanceof ApiProblem && failure.code === 'sign-in-required') {
        leave()
      } else {
        error.value = failure
      }
    }
  }

  async function signIn(credentials: SignIn): Promise<void> {
    const result = await client.post<SignInResult>('/auth/sign-in', credentials)
    enter(result.user)
  }

  async function signOut(): Promise<void> {
    await client.post('/auth/sign-out')
    expired.value = false
    leave()
  }

  function expire(): void {
    if (status.value === 'signed-in') {
      expired.value = true
      leave()
    }
  }

  return {
    status: readonly(status),
    user: shallowReadonly(user),
    isAdmin: computed(() => user.value?.role === 'admin'),
    error: shallowReadonly(error),
    expired: readonly(expired),
    load,
    signIn,
    signOut,
    expire,
  }
}

export const sessionKey: InjectionKey<Session> = Symbol('session')
export const clientKey: InjectionKey<Client> = Symbol('client')

/** The session that `main.ts` provides. */
export function useSession(): Session {
  return required(inject(sessionKey, undefined), 'session')
}

/** The client that `main.ts` provides. */
export function useClient(): Client {
  return required(inject(clientKey, undefined), 'client')
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) {
    throw new Error(`no ${name} was provided to the application`)
  }
  return value
}
