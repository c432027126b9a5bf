import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import App from '@/App.vue'

import {
  admin,
  decision,
  FakeEventSource,
  json,
  mountAt,
  problem,
  refusal,
  settle,
  signedOut,
  stats,
  stubEventSource,
  type Answer,
  type Mounted,
} from '../../../test/support'

let mounted: Mounted

beforeEach(stubEventSource)

afterEach(() => {
  mounted.wrapper.unmount()
  vi.useRealTimers()
})

const listed = json({ items: [refusal(9, { method: 'PATCH', url: 'http://localhost:5000/admin/users/7' }), decision(8)], next: 8 })

async function openHome(answers: Record<string, Answer | Answer[]> = {}): Promise<void> {
  mounted = await mountAt(App, '/', { 'GET /api/decisions': listed, 'GET /api/stats': json(stats), ...answers })
}

const text = (selector: string) => mounted.wrapper.get(selector).text().replaceAll(/\s+/g, ' ')
const rows = () => mounted.wrapper.findAll('tr.decision').map((row) => row.text().replaceAll(/\s+/g, ' '))

async function choose(label: string): Promise<void> {
  const option = mounted.wrapper.findAll('.segments label').find((candidate) => candidate.text() === label)
  await option?.get('input').setValue(true)
  await flushPromises()
}

describe('the home page', () => {
  it('says who is signed in and which two origins that joins', async () => {
    await openHome()
    expect(text('.strip')).toContain('Signed in as admin')
    expect(text('.strip')).toContain('Administrator')
    expect(text('.strip')).toMatch(/This page ?http:\/\/localhost:8080.*The API ?http:\/\/localhost:5000/)
  })

  it('shows the numbers of the last half hour', async () => {
    await openHome()
    expect(mounted.wrapper.findAll('.stat').map((card) => card.text().replaceAll(/\s+/g, ' '))).toEqual([
      'Allowed583.3% of 6, 30 min',
      'Refused116.7% of 6, 30 min',
      'Dropped0none since the start',
    ])
  })

  it('shows the chart’s numbers as a table on demand', async () => {
    await openHome()
    await choose('Table')
    const cells = mounted.wrapper.findAll('.minutes tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))
    expect(cells).toEqual([['3', '0'], ['2', '1']])
  })

  it('leads with what was refused, the same in one row', async () => {
    const last = refusal(9, { at: new Date(Date.now() - 3_000).toISOString() })
    const row = { origin: 'http://localhost:3000', path: '/api/me', reason: 'origin-not-listed', count: 812, last }
    await openHome({ 'GET /api/refusals': json({ items: [row], minutes: 1440 }) })
    const shown = mounted.wrapper.get('[aria-labelledby=refusals-title] li')
    expect(shown.text().replaceAll(/\s+/g, ' ')).toMatch(/localhost:3000 ?to ?\/api\/me ?812 times, ?last [345] s ago ?origin-not-listed/)
    const why = shown.get('button')
    await why.trigger('click')
    expect(shown.get('.explanation').text()).toContain('refused 9')
    FakeEventSource.last.send('decision', { ...last, id: 10, origin: 'http://localhost:3000', at: new Date().toISOString() })
    await flushPromises()
    expect(mounted.wrapper.get('[aria-labelledby=refusals-title] li').text()).toContain('813 times')
    FakeEventSource.last.send('decision', refusal(11, { origin: 'https://new.test' }))
    await flushPromises()
    expect(mounted.wrapper.findAll('[aria-labelledby=refusals-title] li')).toHaveLength(2)
  })

  it('says when nothing was refused, and offers a page that is', async () => {
    await openHome()
    const refused = mounted.wrapper.get('[aria-labelledby=refusals-title]')
    expect(refused.text()).toContain('Nothing was refused.')
    expect(refused.get('a').attributes('href')).toBe('http://127.0.0.1:8080/stranger.html')
  })

  it('leaves its own requests aside until they are asked for', async () => {
    await openHome()
    expect(String(mounted.fetch.mock.calls.find(([url]) => String(url).includes('/api/decisions'))?.[0])).toContain('others=true')
    await mounted.wrapper.get('.own input').setValue(true)
    await vi.waitFor(() => {
      const asked = mounted.fetch.mock.calls.map(([url]) => String(url)).filter((url) => url.includes('/api/decisions'))
      expect(asked.at(-1)).not.toContain('others')
    })
  })

  it('lists the decisions, and explains one with its fix on demand', async () => {
    await openHome()
    expect(rows()[0]).toContain('Refused')
    expect(rows()[0]).toContain('PATCH')
    expect(rows()[0]).toContain('http://localhost:5000/admin/users/7')
    expect(rows()[0]).toContain('https://evil.test')
    const why = mounted.wrapper.get('tr.decision button')
    expect(why.attributes('aria-expanded')).toBe('false')
    await why.trigger('click')
    expect(why.attributes('aria-expanded')).toBe('true')
    const panel = mounted.wrapper.get(`[id="${why.attributes('aria-controls')}"]`)
    expect(panel.text()).toContain('refused 9')
    expect(panel.get('pre').text()).toBe('CORS(app, origins=["https://evil.test"])')
    await why.trigger('click')
    expect(mounted.wrapper.find('.explanation').exists()).toBe(false)
  })

  it('names the method that a preflight is for', async () => {
    const preflight = decision(3, { method: 'OPTIONS', requested_method: 'DELETE', outcome: 'preflight-allowed' })
    await openHome({ 'GET /api/decisions': json({ items: [preflight], next: null }) })
    expect(rows()[0]).toContain('preflight for DELETE')
  })

  it('says so when a write was refused that named no origin', async () => {
    const write = refusal(3, { method: 'POST', outcome: 'write-refused', origin: '' })
    await openHome({ 'GET /api/decisions': json({ items: [write], next: null }) })
    expect(rows()[0]).toMatch(/POST.*write.*from no origin/)
  })

  it('filters and loads older ones', async () => {
    await openHome({
      'GET /api/decisions': [listed, json({ items: [refusal(9)], next: 9 }), json({ items: [refusal(4)], next: null })],
    })
    await choose('Refused')
    await vi.waitFor(() => expect(rows()).toHaveLength(1))
    await mounted.wrapper.get('.more button').trigger('click')
    await flushPromises()
    expect(rows()).toHaveLength(2)
    expect(mounted.wrapper.find('.more').exists()).toBe(false)
  })

  it('takes in what the live feed tells', async () => {
    await openHome()
    const asked = mounted.fetch.mock.calls.length
    FakeEventSource.last.open()
    await flushPromises()
    expect(mounted.fetch.mock.calls).toHaveLength(asked)
    expect(text('.live-status')).toContain('Live')
    FakeEventSource.last.send('decision', refusal(10))
    FakeEventSource.last.send('stats', { allowed: 5, refused: 2, dropped: 0 })
    await flushPromises()
    expect(rows()).toHaveLength(3)
    expect(text('.stat.refused')).toContain('2')
  })

  it('moves nothing away while an explanation is read', async () => {
    await openHome()
    await mounted.wrapper.get('tr.decision button').trigger('click')
    FakeEventSource.last.send('decision', refusal(10))
    await flushPromises()
    expect(rows()).toHaveLength(2)
    const show = mounted.wrapper.get('.fresh button')
    expect(show.text()).toBe('Show 1 new decision')
    await show.trigger('click')
    expect(rows()).toHaveLength(3)
  })

  it('goes on when the explanation that was read is filtered away', async () => {
    await openHome({ 'GET /api/decisions': [listed, json({ items: [decision(8)], next: null })] })
    await mounted.wrapper.get('tr.decision button').trigger('click')
    await choose('Allowed')
    FakeEventSource.last.send('decision', decision(10))
    await flushPromises()
    expect(rows()).toHaveLength(2)
  })

  it('reads the numbers out at most twice a minute', async () => {
    await openHome()
    vi.useFakeTimers({ now: Date.now() })
    const spoken = mounted.wrapper.get('.cards [role=status]')
    FakeEventSource.last.send('stats', { allowed: 6, refused: 1, dropped: 0 })
    await flushPromises()
    const before = spoken.text()
    FakeEventSource.last.send('stats', { allowed: 7, refused: 1, dropped: 0 })
    await vi.advanceTimersByTimeAsync(29_000)
    expect(spoken.text()).toBe(before)
  })

  it('stands still on demand', async () => {
    await openHome()
    await mounted.wrapper.get('.live-status button').trigger('click')
    expect(FakeEventSource.last.readyState).toBe(2)
    expect(text('.live-status')).toMatch(/Paused.*Resume live updates/)
    await mounted.wrapper.get('.live-status button').trigger('click')
    expect(FakeEventSource.opened).toHaveLength(2)
  })

  it('says so when the live feed is lost', async () => {
    await openHome()
    FakeEventSource.last.fail(0)
    await flushPromises()
    expect(text('.live-status')).toContain('Live updates interrupted')
    expect(text('.live-status')).toContain('asking once a minute')
  })

  it('finds out that the session has ended when the API refuses the live feed', async () => {
    await openHome({ 'GET /api/stats': [json(stats), signedOut()] })
    FakeEventSource.last.fail(2)
    await settle()
    expect(mounted.router.currentRoute.value.name).toBe('sign-in')
  })

  it('says why there is nothing yet', async () => {
    await openHome({ 'GET /api/decisions': json({ items: [], next: null }) })
    expect(mounted.wrapper.text()).toContain('No other front end has asked yet')
    await choose('Refused')
    expect(mounted.wrapper.text()).toContain('Nothing like that')
  })

  it('shows the shape of what is on its way', async () => {
    await openHome({ 'GET /api/decisions': () => new Promise(() => {}), 'GET /api/stats': () => new Promise(() => {}) })
    expect(mounted.wrapper.findAll('.skeleton').length).toBeGreaterThan(0)
    expect(mounted.wrapper.text()).toContain('Loading the decisions')
  })

  it('says once what went wrong when nothing could be loaded', async () => {
    await openHome({
      'GET /api/decisions': [problem(500, 'internal-error'), listed],
      'GET /api/stats': [problem(500, 'internal-error'), json(stats)],
    })
    expect(mounted.wrapper.findAll('[role=alert]')).toHaveLength(1)
    expect(text('[role=alert]')).toContain('Title of internal-error')
    await mounted.wrapper.get('[role=alert] button').trigger('click')
    await flushPromises()
    expect(rows()).toHaveLength(2)
    expect(mounted.wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('keeps what it has when only the numbers fail', async () => {
    await openHome({ 'GET /api/stats': problem(429, 'too-many-attempts', {}, { 'Retry-After': '5' }) })
    expect(rows()).toHaveLength(2)
    expect(text('.activity [role=alert]')).toContain('Try again in 5 s')
    expect(text('.cards')).toContain('no number')
  })

  it('closes the live feed when it is left', async () => {
    await openHome({ 'GET /admin/users': json({ items: [admin] }) })
    await mounted.router.push('/admin/users')
    await settle()
    expect(FakeEventSource.last.readyState).toBe(2)
  })
})
