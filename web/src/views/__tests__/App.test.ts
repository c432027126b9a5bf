import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'

import { admin, json, member, mountAt, settle, signedOut, stats, stubEventSource, type Mounted } from '../../../test/support'

let mounted: Mounted

const home = { 'GET /api/decisions': json({ items: [], next: null }), 'GET /api/stats': json(stats) }

beforeEach(stubEventSource)

afterEach(() => mounted.wrapper.unmount())

function button(name: string) {
  const found = mounted.wrapper.findAll('button').find((candidate) => candidate.text() === name)
  if (found === undefined) {
    throw new Error(`no button ${name}`)
  }
  return found
}

describe('the application', () => {
  it('has one of each landmark, a way past the navigation, and marks the page that is shown', async () => {
    mounted = await mountAt(App, '/', home)
    const { wrapper } = mounted
    for (const landmark of ['header.bar', 'main', 'footer', 'nav', 'h1']) {
      expect([landmark, wrapper.findAll(landmark).length]).toEqual([landmark, 1])
    }
    await wrapper.get('a[href="#main"]').trigger('click')
    expect(document.activeElement?.tagName).toBe('MAIN')
    expect(wrapper.findAll('nav a').map((link) => [link.text(), link.attributes('aria-current')])).toEqual([
      ['Decisions', 'page'],
      ['Users', undefined],
      ['Front ends', undefined],
      ['Policies', undefined],
      ['Cookies', undefined],
      ['Explain', undefined],
    ])
  })

  it('offers a member no page that the API would refuse', async () => {
    mounted = await mountAt(App, '/', { ...home, 'GET /api/me': json(member) })
    expect(mounted.wrapper.findAll('nav a').map((link) => link.text())).toEqual(['Decisions'])
  })

  it('moves the focus to the heading of a new page', async () => {
    mounted = await mountAt(App, '/', { ...home, 'GET /admin/users': json({ items: [admin] }) })
    await mounted.router.push('/admin/users')
    await settle()
    expect(document.activeElement?.textContent).toBe('Users')
    expect(document.title).toBe('Users · Crossguard')
  })

  it('signs out', async () => {
    mounted = await mountAt(App, '/', { ...home, 'POST /auth/sign-out': new Response(null, { status: 204 }) })
    await button('Sign out').trigger('click')
    await settle()
    expect(mounted.router.currentRoute.value.fullPath).toBe('/sign-in')
    expect(mounted.wrapper.find('.note').exists()).toBe(false)
  })

  it('says so when signing out does not reach the API', async () => {
    mounted = await mountAt(App, '/', { ...home, 'POST /auth/sign-out': 'unreachable' })
    await button('Sign out').trigger('click')
    await settle()
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The API cannot be reached')
    expect(mounted.router.currentRoute.value.path).toBe('/')
  })

  it('asks to sign in again when the session ends, and comes back', async () => {
    mounted = await mountAt(App, '/', { ...home, 'GET /admin/policies': signedOut(), 'POST /auth/sign-in': json({ user: admin }) })
    await mounted.router.push('/admin/policies')
    await settle()
    expect(mounted.router.currentRoute.value.fullPath).toBe('/sign-in?next=/admin/policies')
    expect(mounted.wrapper.get('[role=status]').text()).toContain('Your session has ended')
  })

  it('explains why the API may be out of reach, and goes on when it is back', async () => {
    mounted = await mountAt(App, '/', { ...home, 'GET /api/me': ['unreachable', json(admin)] })
    const text = mounted.wrapper.get('[role=alert]').text()
    expect(text).toContain('The API cannot be reached')
    expect(text).toContain('the server is not running')
    expect(mounted.wrapper.findAll('h1').map((heading) => heading.text())).toEqual(['No connection to the API'])
    await button('Try again').trigger('click')
    await settle()
    expect(mounted.wrapper.get('h1').text()).toBe('Decisions')
  })

  it('goes to the sign-in page when the API is back and knows nobody', async () => {
    mounted = await mountAt(App, '/admin/users?x=1', { 'GET /api/me': ['unreachable', signedOut()] })
    await button('Try again').trigger('click')
    await settle()
    expect(mounted.router.currentRoute.value.fullPath).toBe('/sign-in?next=/admin/users?x=1')
  })

  it('says so when a page cannot be drawn, until another one is opened', async () => {
    const answer = json({ items: [{ rule: '/x', methods: null }] })
    mounted = await mountAt(App, '/', { ...home, 'GET /admin/policies': answer })
    mounted.wrapper.vm.$.appContext.config.errorHandler = () => {}
    await mounted.router.push('/admin/policies')
    await settle()
    expect(mounted.wrapper.findAll('h1').map((heading) => heading.text())).toEqual(['This page cannot be shown'])
    await mounted.router.push('/')
    await settle()
    expect(mounted.wrapper.get('h1').text()).toBe('Decisions')
  })

  it('has a page for addresses that lead nowhere', async () => {
    mounted = await mountAt(App, '/no/such/page', { 'GET /api/me': signedOut() })
    expect(mounted.wrapper.get('h1').text()).toBe('Page not found')
    expect(mounted.wrapper.text()).toContain('/no/such/page')
  })
})
