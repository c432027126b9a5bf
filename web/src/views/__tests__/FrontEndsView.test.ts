import { flushPromises, type DOMWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'

import App from '@/App.vue'
import type { FrontEndPage } from '@/api/types'

import { frontEnd, json, member, mountAt, problem, type Answer, type Mounted } from '../../../test/support'

let mounted: Mounted

afterEach(() => {
  vi.useRealTimers()
  mounted.wrapper.unmount()
})

const PATH = '/admin/front-ends'
const LIST: FrontEndPage = {
  configured: [{ origin: 'http://localhost:8080', writes: true }],
  items: [
    frontEnd(3),
    frontEnd(2, { origin: 'https://*.example.org', label: null, writes: false, reason: 'no cookie.', fix: 'another.' }),
    frontEnd(1, {
      origin: 'https://a.example/',
      state: 'passed-over',
      writes: false,
      reason: 'it has a trailing slash.',
      fix: "write 'https://a.example'.",
    }),
  ],
  total: 3,
  next: null,
}
const EMPTY: FrontEndPage = { ...LIST, items: [], total: 0 }

async function openPage(answers: Record<string, Answer | Answer[]> = {}, query = ''): Promise<void> {
  mounted = await mountAt(App, `${PATH}${query}`, { [`GET ${PATH}`]: json(LIST), ...answers })
}

const spaced = (element: { text: () => string }) => element.text().replaceAll(/\s+/g, ' ')
const rows = () => mounted.wrapper.findAll('tbody tr').map((row) => row.findAll('td').map(spaced))
const origins = () => mounted.wrapper.findAll('tbody code').map((cell) => cell.text())

function button(name: string): DOMWrapper<Element> {
  const found = mounted.wrapper.findAll('button').find((candidate) => spaced(candidate) === name)
  if (found === undefined) {
    throw new Error(`no button ${name}`)
  }
  return found
}

async function press(name: string): Promise<void> {
  await button(name).trigger('click')
  await flushPromises()
}

async function submit(origin: string, label = ''): Promise<void> {
  const [first, second] = mounted.wrapper.findAll('dialog input')
  await first?.setValue(origin)
  await second?.setValue(label)
  await mounted.wrapper.get('dialog form').trigger('submit')
  await flushPromises()
}

function sent(method: string): [string, unknown][] {
  return mounted.fetch.mock.calls
    .filter(([, init]) => init?.method === method)
    .map(([url, init]) => [new URL(String(url)).pathname, init?.body === undefined ? null : JSON.parse(String(init.body))])
}

describe('the page of the front ends', () => {
  it('lists those of the configuration first, and what each may do', async () => {
    await openPage()
    expect(mounted.wrapper.get('h1').text()).toBe('Front ends')
    expect(mounted.wrapper.get('table caption').text()).toBe('Front ends')
    expect(rows().map((cells) => cells.slice(0, 3))).toEqual([
      ['http://localhost:8080written in the configuration', 'reads and writes', 'In force'],
      ['https://shop-3.exampleCustomer 3', 'reads and writes', 'In force'],
      ['https://*.example.orgno cookie.Fix: another.', 'is signed out', 'Gets no cookie'],
      [
        "https://a.example/Customer 1it has a trailing slash.Fix: write 'https://a.example'.",
        'does nothing',
        'Passed over',
      ],
    ])
    expect(mounted.wrapper.get('.count').text()).toBe('3 added')
  })

  it('offers nobody to remove what the configuration says', async () => {
    await openPage()
    const removing = mounted.wrapper.findAll('tbody button').map(spaced)
    expect(removing).toEqual([
      'Remove https://shop-3.example',
      'Remove https://*.example.org',
      'Remove https://a.example/',
    ])
  })

  it('says so when nothing has been added', async () => {
    await openPage({ [`GET ${PATH}`]: json(EMPTY) })
    expect(origins()).toEqual(['http://localhost:8080'])
    expect(mounted.wrapper.get('.empty .title').text()).toBe('No front end has been added yet')
  })

  it('adds an origin, and says when it is in force', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const pending = frontEnd(9, { state: 'pending' })
    const answers = { [`POST ${PATH}`]: json(pending, 201), [`GET ${PATH}/9`]: json(frontEnd(9)) }
    const opening = openPage(answers)
    await vi.runAllTimersAsync()
    await opening
    await press('Add a front end')
    await submit(' https://shop-9.example ', ' Customer 9 ')
    expect(sent('POST')).toEqual([[PATH, { origin: 'https://shop-9.example', label: 'Customer 9' }]])
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
    expect(origins()[1]).toBe('https://shop-9.example')
    expect(rows()[1]?.[2]).toBe('Not in force yet')
    expect(mounted.wrapper.get('.note.allowed').text()).toBe('https://shop-9.example is on the list, and soon in force.')
    await vi.advanceTimersByTimeAsync(300)
    await flushPromises()
    expect(rows()[1]?.[2]).toBe('In force')
    expect(mounted.wrapper.get('.note.allowed').text()).toBe('https://shop-9.example is on the list, and in force.')
  })

  it('says what is wrong with an origin and what to write, at the field', async () => {
    const errors = [{ where: 'origin', reason: 'it has a trailing slash.', fix: "write 'https://a.example'." }]
    await openPage({ [`POST ${PATH}`]: problem(400, 'invalid-body', { errors }) })
    await press('Add a front end')
    await submit('https://a.example/')
    const [origin, label] = mounted.wrapper.findAll('dialog input')
    expect(origin?.attributes('aria-invalid')).toBe('true')
    expect(label?.attributes('aria-invalid')).toBeUndefined()
    expect(document.getElementById(origin?.attributes('aria-describedby') ?? '')?.textContent).toBe(
      "it has a trailing slash. Fix: write 'https://a.example'.",
    )
  })

  it('says so when an origin is listed already', async () => {
    await openPage({ [`POST ${PATH}`]: problem(409, 'origin-taken', { detail: 'It is on the list already.' }) })
    await press('Add a front end')
    await submit('https://shop-3.example')
    expect(mounted.wrapper.get('dialog [role=alert]').text()).toContain('It is on the list already.')
    await press('Cancel')
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
  })

  it('fills in no form from an address, which could name a stranger', async () => {
    await openPage({}, '?origin=https://stranger.example')
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
  })

  it('removes only after having asked', async () => {
    await openPage({ [`DELETE ${PATH}/3`]: new Response(null, { status: 204 }) })
    await press('Remove https://shop-3.example')
    expect(sent('DELETE')).toEqual([])
    expect(spaced(mounted.wrapper.get('dialog'))).toContain('https://shop-3.example (Customer 3)')
    await press('Remove front end')
    expect(sent('DELETE')).toEqual([[`${PATH}/3`, null]])
    expect(origins()).not.toContain('https://shop-3.example')
    expect(mounted.wrapper.get('.note.allowed').text()).toBe('https://shop-3.example is off the list.')
    expect(document.activeElement?.textContent).toBe('Front ends')
  })

  it('keeps asking when removing failed', async () => {
    await openPage({ [`DELETE ${PATH}/3`]: 'unreachable' })
    await press('Remove https://shop-3.example')
    await press('Remove front end')
    expect(mounted.wrapper.get('dialog [role=alert]').text()).toContain('The API cannot be reached')
    expect(origins()).toContain('https://shop-3.example')
  })

  it('says so when a search finds nothing, and shows all again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const nothing: FrontEndPage = { configured: [], items: [], total: 0, next: null }
    const opening = openPage({ [`GET ${PATH}`]: [json(LIST), json(nothing), json(LIST)] })
    await vi.runAllTimersAsync()
    await opening
    await mounted.wrapper.get('input[type=search]').setValue('zzz')
    await vi.advanceTimersByTimeAsync(300)
    await flushPromises()
    expect(mounted.wrapper.get('.empty .title').text()).toBe('No front end like that')
    expect(mounted.wrapper.get('.count').text()).toBe('0 found')
    await press('Show all front ends')
    await vi.advanceTimersByTimeAsync(300)
    await flushPromises()
    expect(origins()).toHaveLength(4)
  })

  it('loads more when asked to', async () => {
    const more = json({ ...EMPTY, items: [frontEnd(1)], total: 10_000 })
    await openPage({ [`GET ${PATH}`]: [json({ ...LIST, items: [frontEnd(2)], total: 10_000, next: 2 }), more] })
    expect(mounted.wrapper.get('.count').text()).toBe('10,000 added')
    await press('Load more')
    expect(origins()).toEqual(['http://localhost:8080', 'https://shop-2.example', 'https://shop-1.example'])
    expect(mounted.wrapper.find('.more').exists()).toBe(false)
  })

  it('says why the list could not be loaded, and tries again', async () => {
    await openPage({ [`GET ${PATH}`]: [problem(500, 'internal-error'), json(LIST)] })
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('Title of internal-error')
    expect(mounted.wrapper.findAll('button').some((candidate) => candidate.text() === 'Add a front end')).toBe(false)
    await press('Try again')
    expect(origins()).toHaveLength(4)
  })

  it('shows a member what the API answered, and no form', async () => {
    const answers = { 'GET /api/me': json(member), [`GET ${PATH}`]: problem(403, 'admin-required') }
    await openPage(answers, '?origin=https://stranger.example')
    expect(mounted.wrapper.get('h1').text()).toBe('Administrators only')
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
  })
})
