import type { Client } from '@/api/client'
import type { PasswordChange, SessionList } from '@/api/types'

import { useRequest, type UseRequestReturn } from './useRequest'

export interface UseAccountReturn extends Omit<UseRequestReturn<SessionList>, 'set'> {
  /** @throws {ApiError} */
  changePassword: (change: PasswordChange) => Promise<void>
  /** @throws {ApiError} */
  endSession: (id: number) => Promise<void>
  /** @throws {ApiError} */
  endOthers: () => Promise<void>
}

/** Hold where one is signed in, and keep the list true to what was ended. */
export function useAccount(client: Client): UseAccountReturn {
  const { set, ...request } = useRequest((signal) => client.get<SessionList>('/api/me/sessions', signal))

  function keep(wanted: (session: SessionList['items'][number]) => boolean): void {
    if (request.data.value !== null) {
      set({ items: request.data.value.items.filter(wanted) })
    }
  }

  async function changePassword(change: PasswordChange): Promise<void> {
    await client.post('/api/me/password', change)
    keep((session) => session.current)
  }

  async function endSession(id: number): Promise<void> {
    await client.delete(`/api/me/sessions/${id}`)
    keep((session) => session.id !== id)
  }

  async function endOthers(): Promise<void> {
    await client.delete('/api/me/sessions')
    keep((session) => session.current)
  }

  return { ...request, changePassword, endSession, endOthers }
}
