import { describe, expect, it } from 'vitest'

import { createClient } from '@/api/client'
import { createSession } from '@/composables/useSession'

import { admin, API, fakeFetch, json, signedOut, type Answer } from '../../../test/support'
import { createGuard, safeNext } from '../guard'

function guardWith(me: Answer) {
  const fetch = fakeFetch({ 'GET /api/me': me })
  return { fetch, guard: createGuard(createSession(createClient({ api: API, fetch }))) }
}

const users = { name: 'users', meta: {}, query: {}, fullPath: '/admin/users?x=1' }
const home = { name: 'home', meta: {}, query: {}, fullPath: '/' }
const signIn = { name: 'sign-in', meta: { public: true }, query: {}, fullPath: '/sign-in' }

describe('the guard', () => {
  it('asks once who is signed in, and lets them pass', async () => {
    const { fetch, guard } = guardWith(json(admin))
    expect(await guard(users)).toBe(true)
    expect(await guard(home)).toBe(true)
    expect(fetch).toHaveBeenCalledOnce()
  })

  it('sends others to sign in, and notes where they wanted to go', async () => {
    const { guard } = guardWith(signedOut())
    expect(await guard(users)).toEqual({ name: 'sign-in', query: { next: '/admin/users?x=1' } })
    expect(await guard(home)).toEqual({ name: 'sign-in', query: {} })
  })

  it('lets everybody see a public page', async () => {
    const { guard } = guardWith(signedOut())
    expect(await guard(signIn)).toBe(true)
    expect(await guard({ name: 'not-found', meta: { public: true }, query: {}, fullPath: '/x' })).toBe(true)
  })

  it('sends whoever is signed in already on from the sign-in page', async () => {
    const { guard } = guardWith(json(admin))
    expect(await guard(signIn)).toBe('/')
    expect(await guard({ ...signIn, query: { next: '/admin/policies' } })).toBe('/admin/policies')
  })

  it('stays where it is when the API cannot be asked', async () => {
    const { guard } = guardWith('unreachable')
    expect(await guard(users)).toBe(true)
  })
})

describe('where to go after signing in', () => {
  it.each(['/', '/admin/users', '/admin/policies?q=//x#y'])('may be %s', (next) => {
    expect(safeNext(next)).toBe(next)
  })

  it.each([
    undefined,
    null,
    '',
    'admin',
    ['/admin/users'],
    'https://evil.test/',
    '//evil.test/',
    '/\\evil.test/',
    '/\t/evil.test/',
    '/\n/evil.test/',
    '\\/evil.test',
    'javascript:alert(1)',
  ])('is the home page instead of %j', (next) => {
    expect(safeNext(next)).toBe('/')
  })
})
