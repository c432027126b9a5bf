import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

import { createClient } from '@/api/client'
import { Unreachable } from '@/api/problems'

import { admin, API, fakeFetch, json, member, problem, signedOut, type Answer } from '../../../test/support'
import { createSession, useClient, useSession } from '../useSession'

function sessionWith(answers: Record<string, Answer | Answer[]>) {
  const client = createClient({ api: API, fetch: fakeFetch(answers), onSignInRequired: () => session.expire() })
  const session = createSession(client)
  return { client, session }
}

describe('the session', () => {
  it('knows nothing before it has asked', () => {
    const { session } = sessionWith({})
    expect([session.status.value, session.user.value, session.isAdmin.value]).toEqual(['unknown', null, false])
  })

  it('learns from the API who is signed in', async () => {
    const { session } = sessionWith({ 'GET /api/me': json(admin) })
    await session.load()
    expect([session.status.value, session.user.value, session.isAdmin.value]).toEqual(['signed-in', admin, true])
  })

  it('learns that nobody is, which is no expiry', async () => {
    const { session } = sessionWith({ 'GET /api/me': signedOut() })
    await session.load()
    expect([session.status.value, session.expired.value, session.error.value]).toEqual(['signed-out', false, null])
  })

  it('stays unknown and says why when the API cannot be asked, until it can', async () => {
    const { session } = sessionWith({ 'GET /api/me': ['unreachable', json(member)] })
    await session.load()
    expect(session.status.value).toBe('unknown')
    expect(session.error.value).toBeInstanceOf(Unreachable)
    await session.load()
    expect([session.status.value, session.error.value, session.isAdmin.value]).toEqual(['signed-in', null, false])
  })

  it('signs in and out', async () => {
    const { session } = sessionWith({
      'POST /auth/sign-in': json({ user: admin }),
      'POST /auth/sign-out': new Response(null, { status: 204 }),
    })
    await session.signIn({ username: 'admin', password: 'x' })
    expect(session.status.value).toBe('signed-in')
    await session.signOut()
    expect([session.status.value, session.user.value, session.expired.value]).toEqual(['signed-out', null, false])
  })

  it('passes on why signing in failed', async () => {
    const { session } = sessionWith({ 'POST /auth/sign-in': problem(401, 'invalid-credentials') })
    await expect(session.signIn({ username: 'a', password: 'b' })).rejects.toMatchObject({ code: 'invalid-credentials' })
    expect(session.status.value).toBe('unknown')
  })

  it('stays signed in when signing out does not reach the API', async () => {
    const { session } = sessionWith({ 'GET /api/me': json(admin), 'POST /auth/sign-out': 'unreachable' })
    await session.load()
    await expect(session.signOut()).rejects.toBeInstanceOf(Unreachable)
    expect(session.status.value).toBe('signed-in')
  })

  it('notes that it expired when any request is told so, until the next sign-in', async () => {
    const { client, session } = sessionWith({
      'GET /api/me': json(admin),
      'GET /api/stats': signedOut(),
      'POST /auth/sign-in': json({ user: admin }),
    })
    await session.load()
    await expect(client.get('/api/stats')).rejects.toMatchObject({ status: 401 })
    expect([session.status.value, session.user.value, session.expired.value]).toEqual(['signed-out', null, true])
    await session.signIn({ username: 'admin', password: 'x' })
    expect(session.expired.value).toBe(false)
  })

  it('must have been provided', () => {
    for (const use of [useSession, useClient]) {
      expect(() => mount({ setup: use, template: '<p/>' })).toThrow('was provided to the application')
    }
  })
})
