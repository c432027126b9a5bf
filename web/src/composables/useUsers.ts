import type { Client } from '@/api/client'
import type { NewUser, User, UserChange, UserList } from '@/api/types'
import { pageSize } from '@/pageSize'

import { usePages, type UsePagesReturn } from './usePages'

export interface UseUsersReturn extends Omit<UsePagesReturn<User, UserList>, 'edit' | 'first'> {
  /** @throws {ApiError} */
  create: (user: NewUser) => Promise<User>
  /** @throws {ApiError} */
  change: (id: number, change: UserChange) => Promise<User>
  /** @throws {ApiError} */
  endSessions: (id: number) => Promise<void>
  /** @throws {ApiError} */
  remove: (id: number) => Promise<void>
}

/** Hold the accounts, one page at a time, and keep the list true to what was done to them. */
export function useUsers(client: Client): UseUsersReturn {
  const { edit, first: _first, ...list } = usePages<User, UserList>(client, '/admin/users', {
    cursor: 'after',
    pageSize: pageSize(20, 10),
  })

  async function create(user: NewUser): Promise<User> {
    const created = await client.post<User>('/admin/users', user)
    if (list.searched.value === '') {
      edit((items) => [...items, created].sort((a, b) => (a.username < b.username ? -1 : 1)), 1)
    }
    // A search would hide it.
    list.query.value = ''
    return created
  }

  async function change(id: number, fields: UserChange): Promise<User> {
    const changed = await client.patch<User>(`/admin/users/${id}`, fields)
    edit((items) => items.map((user) => (user.id === id ? changed : user)))
    return changed
  }

  async function remove(id: number): Promise<void> {
    await client.delete(`/admin/users/${id}`)
    edit((items) => items.filter((user) => user.id !== id), -1)
  }

  return { ...list, create, change, endSessions: (id) => client.delete(`/admin/users/${id}/sessions`), remove }
}
