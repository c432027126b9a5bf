import { afterEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'

import { json, member, mountAt, problem, readable, settle, stopped, type Answer, type Mounted } from '../../../test/support'

let mounted: Mounted

afterEach(() => mounted.wrapper.unmount())

async function openExplain(query = '', answers: Record<string, Answer | Answer[]> = {}): Promise<void> {
  mounted = await mountAt(App, `/admin/explain${query}`, {
    'GET /admin/policies': json({ items: [{ rules: [{ rule: '/api/me' }], policy: { origins: ['http://localhost:8080'], readers: [] } }] }),
    'POST /admin/explain': json(stopped()),
    ...answers,
  })
}

const spaced = (element: { text: () => string }) => element.text().replaceAll(/\s+/g, ' ')

function field(label: string) {
  const found = mounted.wrapper.findAll('label').find((candidate) => candidate.text() === label)
  return mounted.wrapper.get<HTMLInputElement>(`[id="${found?.attributes('for')}"]`)
}

/** Ask, about something if the form does not say what. */
async function press(): Promise<void> {
  for (const [label, text] of [['Origin', 'http://localhost:8080'], ['URL', '/api/me']] as const) {
    if (field(label).element.value === '') {
      await field(label).setValue(text)
    }
  }
  await submit()
}

async function submit(): Promise<void> {
  await mounted.wrapper.get('form').trigger('submit')
  await settle()
}

const posted = () =>
  mounted.fetch.mock.calls.filter(([, init]) => init?.method === 'POST').map(([, init]) => JSON.parse(String(init?.body)))
const stations = () => mounted.wrapper.findAll('.stop').map(spaced)
const panels = () => mounted.wrapper.findAll('.way .panel .words').map(spaced)

describe('the explain page', () => {
  it('asks what the form says, and keeps that in the address', async () => {
    await openExplain()
    expect(mounted.wrapper.get('h1').text()).toBe('Would the browser allow it?')
    await field('Origin').setValue(' http://127.0.0.1:8080')
    await field('URL').setValue('/api/me')
    await field('Method').setValue('PUT')
    await field('Credentials').setValue('omit')
    await field('Browser').setValue('firefox')
    await mounted.wrapper.get('button.add').trigger('click')
    const [name, value] = mounted.wrapper.findAll('fieldset input')
    expect(document.activeElement).toBe(name?.element)
    await name?.setValue('X-Custom')
    await value?.setValue('1')
    await press()
    const asked = {
      origin: 'http://127.0.0.1:8080',
      url: '/api/me',
      method: 'PUT',
      headers: [{ name: 'X-Custom', value: '1' }],
      credentials: 'omit',
      signed_in: false,
      browser: 'firefox',
    }
    expect(posted()).toEqual([asked])
    expect(mounted.router.currentRoute.value.query).toEqual({
      origin: 'http://127.0.0.1:8080',
      url: '/api/me',
      method: 'PUT',
      credentials: 'omit',
      browser: 'firefox',
      header: ['X-Custom: 1'],
    })
    await press()
    expect(posted()).toEqual([asked, asked])
  })

  it('draws the way, marks where it stopped and tells what happened there', async () => {
    await openExplain()
    await press()
    expect(stations()).toEqual([
      'Page: passed',
      'Preflight: stopped here',
      'Request: not reached',
      'Response: not reached',
    ])
    expect(mounted.wrapper.get('ol.way').findAll('li.station')).toHaveLength(4)
    expect(panels()).toEqual([expect.stringMatching(/The browser asks first\. ?Vary: Origin/)])
    expect(mounted.wrapper.get('.result h2').text()).toBe('No, it stops at the preflight')
    expect(document.activeElement).toBe(mounted.wrapper.get('.result h2').element)
    expect(spaced(mounted.wrapper.get('.result dl'))).toMatch(/Code ?header-not-allowed.*Cause ?header-not-listed.*Step ?Fetch/)
    expect(mounted.wrapper.get('.result pre').text()).toBe("allow_headers=['x-custom']")
  })

  it('tells what happened at each station on demand', async () => {
    await openExplain()
    await press()
    const [page, preflight] = mounted.wrapper.findAll('.stop')
    await page?.trigger('click')
    expect(page?.attributes('aria-expanded')).toBe('true')
    await preflight?.trigger('click')
    expect(panels()).toEqual(['The page calls.'])
  })

  it('says yes with nothing to do', async () => {
    await openExplain('', { 'POST /admin/explain': json(readable()) })
    await press()
    expect(mounted.wrapper.get('.result h2').text()).toBe('Yes, the page can read the answer')
    expect(stations()).toEqual(['Page: passed', 'Preflight: not needed', 'Request: passed', 'Response: passed'])
    expect(mounted.wrapper.find('.result pre').exists()).toBe(false)
    expect(panels()).toEqual([expect.stringContaining('The server answers 200.')])
  })

  it('says yes with a warning, and hints that were not told already', async () => {
    const told = { code: 'no-credentials', text: 'no cookie was sent.', fix: "credentials: 'include'", line: '', proof: '', address: '' }
    const other = { code: 'local', text: 'the address is local.', fix: '', line: '', proof: '', address: '' }
    const answer = readable({ summary: 'It can. But no cookie was sent.', fix: told.fix, hints: [told, other] })
    await openExplain('', { 'POST /admin/explain': json(answer) })
    await press()
    expect(mounted.wrapper.get('.result h2').text()).toContain('Yes, but')
    expect(mounted.wrapper.findAll('.hints li').map(spaced)).toEqual(['The address is local.'])
  })

  it('lays a long way out down the page', async () => {
    const again = readable().steps.slice(1)
    await openExplain('', { 'POST /admin/explain': json(readable({ steps: [...readable().steps, ...again] })) })
    await press()
    expect(stations()).toHaveLength(6)
    expect(mounted.wrapper.get('.way').classes()).not.toContain('across')
  })

  it('is filled in by an address, and does not ask until it is told to', async () => {
    await openExplain('?origin=https://a.test&url=/x&method=PATCH&header=X-A:+1&browser=firefox&credentials=omit')
    expect(['Origin', 'URL', 'Method', 'Browser', 'Credentials'].map((label) => field(label).element.value)).toEqual([
      'https://a.test',
      '/x',
      'PATCH',
      'firefox',
      'omit',
    ])
    expect(mounted.wrapper.findAll<HTMLInputElement>('fieldset input').map((input) => input.element.value)).toEqual(['X-A', '1'])
    expect(posted()).toEqual([])
    expect(mounted.wrapper.text()).toContain('Nothing tried yet')
  })

  it('says which parts of an address cannot be used', async () => {
    await openExplain('?browser=netscape&credentials=always&origin=https://a.test')
    expect(spaced(mounted.wrapper.get('.question .note'))).toBe('Parts of the link could not be used: credentials, browser.')
    expect(field('Browser').element.value).toBe('chromium')
  })

  it('goes back to the question before, and answers it again', async () => {
    await openExplain('', { 'POST /admin/explain': [json(stopped()), json(readable()), json(stopped())] })
    await field('URL').setValue('/one')
    await press()
    await field('URL').setValue('/two')
    await press()
    mounted.router.back()
    await settle()
    expect(field('URL').element.value).toBe('/one')
    expect(posted().map(({ url }) => url)).toEqual(['/one', '/two', '/one'])
  })

  it('leads from what the API does not accept to the field', async () => {
    const errors = [
      { where: 'origin', reason: 'must begin with http://' },
      { where: 'headers', reason: 'must be at most 32 headers' },
    ]
    await openExplain('', { 'POST /admin/explain': problem(400, 'invalid-body', { errors }) })
    await field('Origin').setValue('ftp://x')
    await field('URL').setValue('/api/me')
    await press()
    expect(document.activeElement).toBe(field('Origin').element)
    expect(field('Origin').attributes('aria-invalid')).toBe('true')
    // Each once, where it belongs.
    expect(mounted.wrapper.find('[role=alert]').exists()).toBe(false)
    expect(mounted.wrapper.text().split('must begin with http://')).toHaveLength(2)
    expect(mounted.wrapper.text().split('must be at most 32 headers')).toHaveLength(2)
    expect(mounted.wrapper.get('.answer').text()).toContain('Not tried')
  })

  it('catches what is empty before it is sent', async () => {
    await openExplain()
    await submit()
    expect(posted()).toEqual([])
    expect(document.activeElement).toBe(field('Origin').element)
    expect(mounted.wrapper.findAll('.field-error').map(spaced)).toEqual(['must not be empty', 'must not be empty'])
  })

  it('asks as the user who asks, when told to', async () => {
    await openExplain('?origin=https://a.test&url=/api/me&as=me')
    await press()
    expect(posted()).toMatchObject([{ origin: 'https://a.test', signed_in: true }])
    expect(mounted.router.currentRoute.value.query.as).toBe('me')
  })

  it('adds and removes headers, and the focus stays among them', async () => {
    await openExplain('?header=A:1&header=B:2&header=C:3')
    const names = () => mounted.wrapper.findAll<HTMLInputElement>('input.name').map((input) => input.element.value)
    await mounted.wrapper.get('[aria-label="Remove header 2"]').trigger('click')
    expect(names()).toEqual(['A', 'C'])
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Name of header 2')
    await mounted.wrapper.get('[aria-label="Remove header 2"]').trigger('click')
    await mounted.wrapper.get('[aria-label="Remove header 1"]').trigger('click')
    expect(names()).toEqual([])
    expect(document.activeElement?.textContent).toContain('Add a header')
  })

  it('suggests what the policies name', async () => {
    await openExplain()
    const options = (label: string) =>
      mounted.wrapper.findAll(`[id="${field(label).attributes('list')}"] option`).map((option) => option.attributes('value'))
    expect([options('Origin'), options('URL')]).toEqual([['http://localhost:8080'], ['/api/me']])
  })

  it('shows a member what the API answered', async () => {
    await openExplain('', { 'GET /admin/policies': problem(403, 'admin-required'), 'GET /api/me': json(member) })
    expect(mounted.wrapper.get('h1').text()).toBe('Administrators only')
  })

  it('shows so when the role has gone in between', async () => {
    await openExplain('', { 'POST /admin/explain': problem(403, 'admin-required') })
    await press()
    expect(mounted.wrapper.get('h1').text()).toBe('Administrators only')
  })

  it('says why the form or the answer could not be loaded', async () => {
    await openExplain('', { 'GET /admin/policies': ['unreachable', json({ items: [] })], 'POST /admin/explain': 'unreachable' })
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The API cannot be reached')
    await mounted.wrapper.get('[role=alert] .words > button').trigger('click')
    await settle()
    await press()
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The API cannot be reached')
  })

  it('shows the shape of what is on its way', async () => {
    await openExplain('', { 'POST /admin/explain': () => new Promise(() => {}) })
    await press()
    expect(mounted.wrapper.get('.answer').attributes('aria-busy')).toBe('true')
    expect(mounted.wrapper.get('button[type=submit]').text()).toBe('Explaining…')
    await press()
    expect(posted()).toHaveLength(1)
  })
})
