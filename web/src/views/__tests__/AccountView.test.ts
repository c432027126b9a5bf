import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'

import { json, mountAt, problem, type Answer, type Mounted } from '../../../test/support'

let mounted: Mounted

afterEach(() => mounted.wrapper.unmount())

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'
const SESSIONS = {
  items: [
    { id: 3, created_at: '2026-11-24T10:00:00Z', address: '127.0.0.1', browser: FIREFOX, current: true },
    { id: 2, created_at: '2026-11-23T10:00:00Z', address: '192.0.2.7', browser: '', current: false },
  ],
}

async function openAccount(answers: Record<string, Answer | Answer[]> = {}): Promise<void> {
  mounted = await mountAt(App, '/account', { 'GET /api/me/sessions': json(SESSIONS), ...answers })
}

const spaced = (element: { text: () => string }) => element.text().replaceAll(/\s+/g, ' ')
const sessions = () => mounted.wrapper.findAll('[aria-labelledby=sessions-title] li').map(spaced)
const sent = (method: string) =>
  mounted.fetch.mock.calls.filter(([, init]) => init?.method === method).map(([url]) => new URL(String(url)).pathname)

async function fillIn(current: string, next: string): Promise<void> {
  const [first, second] = mounted.wrapper.findAll('input[type=password]')
  await first?.setValue(current)
  await second?.setValue(next)
  await mounted.wrapper.get('form').trigger('submit')
  await flushPromises()
}

describe('the account page', () => {
  it('says where one is signed in, and ends what is asked for', async () => {
    await openAccount({ 'DELETE /api/me/sessions/2': new Response(null, { status: 204 }) })
    expect(mounted.wrapper.get('h1').text()).toBe('Your account')
    expect(sessions()[0]).toMatch(/Firefox on Linux ?this one/)
    expect(sessions()[1]).toContain('an unnamed browser')
    await mounted.wrapper.get('li button').trigger('click')
    await flushPromises()
    expect(sent('DELETE')).toEqual(['/api/me/sessions/2'])
    expect(sessions()).toHaveLength(1)
    expect(mounted.wrapper.get('.note.allowed').text()).toBe('The session has ended.')
  })

  it('changes the password, and the other sessions are gone', async () => {
    await openAccount({ 'POST /api/me/password': new Response(null, { status: 204 }) })
    await fillIn('the old password', 'a new long password')
    expect(mounted.wrapper.get('.note.allowed').text()).toContain('Your password is changed')
    expect(sessions()).toHaveLength(1)
  })

  it('says what is wrong at the field, and sends nothing that is empty', async () => {
    const errors = [{ where: 'current', reason: 'is not your password' }]
    await openAccount({ 'POST /api/me/password': problem(400, 'invalid-body', { errors }) })
    await fillIn('', '')
    expect(sent('POST')).toEqual([])
    expect(mounted.wrapper.findAll('.field-error')).toHaveLength(2)
    await fillIn('wrong', 'a new long password')
    expect(mounted.wrapper.findAll('.field-error').map(spaced)).toEqual(['is not your password'])
  })

  it('says why the sessions could not be loaded', async () => {
    await openAccount({ 'GET /api/me/sessions': 'unreachable' })
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The API cannot be reached')
  })
})
