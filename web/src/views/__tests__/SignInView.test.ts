import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import App from '@/App.vue'

import {
  admin,
  json,
  member,
  mountAt,
  problem,
  settle,
  signedOut,
  stubEventSource,
  type Answer,
  type Mounted,
} from '../../../test/support'

let mounted: Mounted

afterEach(() => {
  mounted.wrapper.unmount()
  vi.useRealTimers()
})

async function openSignIn(answers: Record<string, Answer | Answer[]>, path = '/sign-in'): Promise<void> {
  mounted = await mountAt(App, path, { 'GET /api/me': signedOut(), ...answers })
}

async function fillIn(username: string, password: string): Promise<void> {
  const { wrapper } = mounted
  await wrapper.get('input[autocomplete="username"]').setValue(username)
  await wrapper.get('input[autocomplete="current-password"]').setValue(password)
  await wrapper.get('form').trigger('submit')
  await flushPromises()
}

describe('the sign-in page', () => {
  it('has labelled fields, and the focus in the first', async () => {
    await openSignIn({})
    const labels = mounted.wrapper.findAll('label').map((label) => [label.text(), label.attributes('for')])
    const ids = mounted.wrapper.findAll('input').map((input) => input.attributes('id'))
    expect(labels).toEqual([['Username', ids[0]], ['Password', ids[1]]])
    expect(document.activeElement?.id).toBe(ids[0])
    expect(document.title).toBe('Sign in · Crossguard')
    expect(mounted.wrapper.find('header.bar').exists()).toBe(false)
  })

  it('goes to where the user wanted to go', async () => {
    await openSignIn({ 'POST /auth/sign-in': json({ user: admin }), 'GET /admin/users': json({ items: [admin] }) }, '/admin/users')
    expect(mounted.router.currentRoute.value.fullPath).toBe('/sign-in?next=/admin/users')
    await fillIn('admin', 'secret')
    await settle()
    const [, init] = mounted.fetch.mock.calls.find(([url]) => String(url).endsWith('/auth/sign-in')) ?? []
    expect(init?.body).toBe('{"username":"admin","password":"secret"}')
    expect(mounted.router.currentRoute.value.path).toBe('/admin/users')
    expect(mounted.wrapper.get('h1').text()).toBe('Users')
    expect(document.activeElement).toBe(mounted.wrapper.get('h1').element)
  })

  it('goes nowhere else than to a page of its own', async () => {
    stubEventSource()
    await openSignIn(
      { 'POST /auth/sign-in': json({ user: member }), 'GET /api/decisions': problem(500, 'x'), 'GET /api/stats': problem(500, 'x') },
      '/sign-in?next=//evil.test/',
    )
    await fillIn('mira', 'secret')
    await settle()
    expect(mounted.router.currentRoute.value.fullPath).toBe('/')
  })

  it('says what the API said, and leaves the form as it was', async () => {
    await openSignIn({ 'POST /auth/sign-in': problem(401, 'invalid-credentials', { title: 'Wrong username or password' }) })
    await fillIn('admin', 'wrong')
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('Wrong username or password')
    expect(mounted.wrapper.get<HTMLInputElement>('input').element.value).toBe('admin')
    expect(mounted.wrapper.get('button[type=submit]').text()).toBe('Sign in')
  })

  it('catches an empty field before it is sent, and leads to it', async () => {
    await openSignIn({})
    await fillIn('admin', '')
    const field = mounted.wrapper.get('input[autocomplete="current-password"]')
    expect(field.attributes('aria-invalid')).toBe('true')
    const description = document.getElementById(field.attributes('aria-describedby') ?? '')
    expect(description?.textContent).toBe('must not be empty')
    expect(mounted.wrapper.find('[role=alert]').exists()).toBe(false)
    expect(document.activeElement).toBe(field.element)
  })

  it('counts down until the next try when there were too many', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
    await openSignIn({ 'POST /auth/sign-in': problem(429, 'too-many-attempts', {}, { 'Retry-After': '42' }) })
    await fillIn('admin', 'wrong')
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The next try is possible in 42 s.')
    expect(mounted.wrapper.get('button[type=submit]').attributes('aria-disabled')).toBe('true')
    await mounted.wrapper.get('form').trigger('submit')
    expect(mounted.fetch.mock.calls.filter(([url]) => String(url).endsWith('/auth/sign-in'))).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(42_000)
    await nextTick()
    expect(mounted.wrapper.get('[role=alert]').text()).not.toContain('next try')
  })

  it('says that no answer can be read, and that the log knows why', async () => {
    await openSignIn({ 'POST /auth/sign-in': 'unreachable' })
    await fillIn('admin', 'secret')
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('API’s log knows it')
  })

  it('shows the password on demand', async () => {
    await openSignIn({})
    const button = mounted.wrapper.get('button[aria-pressed]')
    await button.trigger('click')
    expect(button.attributes('aria-pressed')).toBe('true')
    expect(mounted.wrapper.get('input[autocomplete="current-password"]').attributes('type')).toBe('text')
  })
})
