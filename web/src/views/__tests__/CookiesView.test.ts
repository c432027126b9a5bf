import { afterEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'

import { json, member, mountAt, posture, problem, type Answer, type Mounted } from '../../../test/support'

let mounted: Mounted

afterEach(() => mounted.wrapper.unmount())

const blocked = {
  reason: 'third-party-blocked',
  step: 'RFC 6265bis, section 5.8.3',
  explanation: 'the browser blocks third-party cookies.',
  fix: "cookies='cross-site'",
}
const ITEMS = [
  posture(),
  posture(
    { frontends: ['https://app.test'], relation: 'cross-site' },
    { 'chromium-block-third-party': blocked, 'firefox-block-third-party': blocked, firefox: { ...blocked, reason: 'lax' } },
  ),
  posture({ cookie: 'remember', set_cookie: 'remember=…', relation: 'same-origin' }),
]

async function openCookies(answer: Answer = json({ items: ITEMS, notes: [], looked_at: 2, listed: 2 }), more: Record<string, Answer> = {}): Promise<void> {
  mounted = await mountAt(App, '/admin/cookies', { 'GET /admin/cookies': answer, ...more })
}

const spaced = (element: { text: () => string }) => element.text().replaceAll(/\s+/g, ' ')

describe('the cookies page', () => {
  it('shows each cookie for each front end in the four browsers', async () => {
    await openCookies()
    expect(mounted.wrapper.get('h1').text()).toBe('Cookies')
    expect(document.title).toBe('Cookies · Crossguard')
    expect(mounted.wrapper.findAll('h2').map((title) => title.text())).toEqual(['session', 'remember'])
    expect(spaced(mounted.wrapper.get('.line'))).toBe('Set-Cookie: session=…; Path=/; HttpOnly; SameSite=Lax')
    const cells = mounted.wrapper.findAll('tr.row').map((row) => row.findAll('td').slice(0, 5).map(spaced))
    expect(cells).toEqual([
      [expect.stringMatching(/localhost:8080 ?same site/), 'works', 'works', 'works', 'works'],
      [expect.stringMatching(/app\.test ?cross-site/), 'works', 'does not', 'does not', 'does not'],
      [expect.stringMatching(/localhost:8080 ?same origin/), 'works', 'works', 'works', 'works'],
    ])
  })

  it('says why, by which step and what to write, once for the browsers that agree', async () => {
    await openCookies()
    const why = mounted.wrapper.findAll('tr.row button')
    expect(why).toHaveLength(1)
    await why[0]?.trigger('click')
    const panel = mounted.wrapper.get(`[id="${why[0]?.attributes('aria-controls')}"]`)
    const reasons = panel.findAll('.reason').map(spaced)
    expect(reasons).toHaveLength(2)
    expect(reasons[0]).toMatch(/^Chromium, third-party cookies blocked · Firefox, third-party cookies blocked ?The browser blocks/)
    expect(reasons[0]).toContain("cookies='cross-site'")
    expect(reasons[0]).toContain('RFC 6265bis, section 5.8.3')
    await why[0]?.trigger('click')
    expect(mounted.wrapper.find('tr.panel').exists()).toBe(false)
  })

  it('says so when the API left a browser out', async () => {
    await openCookies(json({ items: [{ ...posture(), fits: posture().fits.slice(0, 3) }], notes: [], looked_at: 2, listed: 2 }))
    expect(spaced(mounted.wrapper.get('tr.row'))).toContain('not known')
  })

  it('puts what is worth knowing on top', async () => {
    await openCookies(json({ items: ITEMS, notes: ['session: look here'], looked_at: 2, listed: 2 }))
    expect(mounted.wrapper.findAll('.notes li').map(spaced)).toEqual(['session: look here'])
  })

  it('says so when there is none', async () => {
    await openCookies(json({ items: [], notes: [], looked_at: 2, listed: 2 }))
    expect(mounted.wrapper.text()).toContain('No cookie has to cross origins')
  })

  it('shows the shape of what is on its way', async () => {
    await openCookies(() => new Promise(() => {}))
    expect(mounted.wrapper.text()).toContain('Loading the cookies')
    expect(mounted.wrapper.get('section').attributes('aria-busy')).toBe('true')
  })

  it('shows a member what the API answered', async () => {
    await openCookies(problem(403, 'admin-required'), { 'GET /api/me': json(member) })
    expect(mounted.wrapper.get('h1').text()).toBe('Administrators only')
  })

  it('says why they could not be loaded', async () => {
    await openCookies('unreachable')
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The API cannot be reached')
  })
})
