import type { Client } from '@/api/client'
import type { NewUser, User, UserChange, UserList } from '@/api/types'

import { useRequest, type UseRequestReturn } from './useRequest'

export interface UseUsersReturn extends Omit<UseRequestReturn<UserList>, 'set'> {
  /** @throws {ApiError} */
  create: (user: NewUser) => Promise<User>
  /** @throws {ApiError} */
  change: (id: number, change: UserChange) => Promise<User>
  /** @throws {ApiError} */
  remove: (id: number) => Promise<void>
}

/** Hold the accounts, and keep the list true to what was done to them. */
export function useUsers(client: Client): UseUsersReturn {
  const { set, ...request } = useRequest((signal) => client.get<UserList>('/admin/users', signal))

  function update(edit: (items: User[]) => User[]): void {
    if (request.data.value !== null) {
      set({ items: edit(request.data.value.items) })
    }
  }

  async function create(user: NewUser): Promise<User> {
    const created = await client.post<User>('/admin/users', user)
    update((items) => [...items, created].sort((a, b) => (a.username < b.username ? -1 : 1)))
    return created
  }

  async function change(id: number, fields: UserChange): Promise<User> {
    const changed = await client.patch<User>(`/admin/users/${id}`, fields)
    update((items) => items.map((user) => (user.id === id ? changed : user)))
    return changed
  }

  async function remove(id: number): Promise<void> {
    await client.delete(`/admin/users/${id}`)
    update((items) => items.filter((user) => user.id !== id))
  }

  return { ...request, create, change, remove }
}
