import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'

import {
  decision,
  json,
  member,
  mountAt,
  problem,
  refusal,
  settle,
  stats,
  stopped,
  stubEventSource,
  type Answer,
  type Mounted,
} from '../../../test/support'

let mounted: Mounted

beforeEach(stubEventSource)

afterEach(() => mounted.wrapper.unmount())

async function openDecision(answer: Answer, more: Record<string, Answer> = {}): Promise<void> {
  mounted = await mountAt(App, '/decisions/9', { 'GET /api/decisions/9': answer, ...more })
}

const spaced = (selector: string) => mounted.wrapper.get(selector).text().replaceAll(/\s+/g, ' ')

describe('the page of a decision', () => {
  it('shows the whole explanation', async () => {
    await openDecision(json(refusal(9, { method: 'OPTIONS', requested_method: 'PUT' })))
    expect(mounted.wrapper.get('h1').text()).toBe('Decision 9')
    expect(document.title).toBe('Decision 9 · Crossguard')
    expect(spaced('.card-head')).toMatch(/Refused ?OPTIONS ?preflight for PUT ?http:\/\/localhost:5000\/api\/me ?from https:\/\/evil\.test/)
    expect(spaced('.explanation')).toContain('refused 9')
    expect(mounted.wrapper.get('pre').text()).toBe('CORS(app, origins=["https://evil.test"])')
  })

  it('leads an administrator to the same fetch, which is tried at once', async () => {
    await openDecision(json(refusal(9, { method: 'OPTIONS', requested_method: 'PUT' })), {
      'GET /admin/policies': json({ items: [] }),
      'POST /admin/explain': json(stopped()),
    })
    await mounted.wrapper.get('a.explain').trigger('click')
    await settle()
    expect(mounted.router.currentRoute.value).toMatchObject({
      path: '/admin/explain',
      query: { origin: 'https://evil.test', url: 'http://localhost:5000/api/me', method: 'PUT' },
    })
    expect(mounted.wrapper.get('.result h2').text()).toBe('No, it stops at the preflight')
    expect(document.activeElement?.tagName).toBe('H1')
  })

  it('leads an administrator to the form that lists the origin, which is not sent', async () => {
    const list = { configured: [], items: [], total: 0, next: null }
    await openDecision(json(refusal(9)), { 'GET /admin/front-ends': json(list) })
    await mounted.wrapper.get('a.listing').trigger('click')
    await settle()
    expect(mounted.router.currentRoute.value.fullPath).toBe('/admin/front-ends')
    expect(mounted.wrapper.get<HTMLInputElement>('dialog input').element.value).toBe('https://evil.test')
    expect(mounted.fetch.mock.calls.every(([, init]) => init?.method === 'GET')).toBe(true)
    await mounted.wrapper.findAll('dialog button').find((button) => button.text() === 'Cancel')?.trigger('click')
    await settle()
    expect(mounted.wrapper.find('dialog').exists()).toBe(false)
    expect(mounted.router.options.history.state.origin).toBe('')
    expect(document.activeElement?.textContent).toBe('Front ends')
  })

  it('offers code to copy, and nothing but code', async () => {
    const line = "origins=['https://app.test', 'https://evil.test']"
    const explanation = { summary: 'refused', fix: `If it is yours: ${line}`, line, page: 'https://docs.example/' }
    await openDecision(json(refusal(9, { explanation })))
    expect(mounted.wrapper.get('pre').text()).toBe(line)
    expect(spaced('.explanation .fix')).toBe(`If it is yours: ${line}`)
    mounted.wrapper.unmount()
    await openDecision(json(refusal(9, { explanation: { ...explanation, fix: 'send fewer headers.', line: '' } })))
    expect(mounted.wrapper.find('pre').exists()).toBe(false)
    expect(spaced('.explanation .fix')).toBe('Send fewer headers.')
  })

  it('tells a member who can change the list', async () => {
    await openDecision(json(refusal(9)), { 'GET /api/me': json(member) })
    expect(spaced('.explanation')).toContain('Only an administrator can change the list of front ends.')
    expect(mounted.wrapper.find('a.listing').exists()).toBe(false)
  })

  it('does not fill in the form with a stranger, whom the fix does not name', async () => {
    const explanation = { summary: 'refused', fix: 'If this is one of your front ends, add it to origins.', line: '', page: 'https://docs.example/' }
    await openDecision(json(refusal(9, { explanation })))
    expect(mounted.wrapper.find('a.listing').exists()).toBe(false)
  })

  it('does not offer to list an origin where that would change nothing', async () => {
    await openDecision(json(refusal(9, { reason: 'null-origin', origin: 'null' })))
    expect(mounted.wrapper.find('a.listing').exists()).toBe(false)
  })

  it('leads a member nowhere that the API would refuse', async () => {
    await openDecision(json(refusal(9)), { 'GET /api/me': json(member) })
    expect(mounted.wrapper.find('a.explain').exists()).toBe(false)
    expect(mounted.wrapper.find('a.listing').exists()).toBe(false)
  })

  it('says so when a write named no origin, which no page can be imagined for', async () => {
    await openDecision(json(refusal(9, { origin: '', outcome: 'write-refused', method: 'POST' })))
    expect(spaced('.card-head')).toMatch(/POST ?write.*from no origin/)
    expect(mounted.wrapper.find('a.explain').exists()).toBe(false)
  })

  it('says so when it is no longer kept', async () => {
    await openDecision(problem(404, 'not-found'))
    expect(mounted.wrapper.text()).toContain('This decision is not kept')
  })

  it('says why it could not be loaded', async () => {
    await openDecision('unreachable')
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The API cannot be reached')
  })

  it('shows another when the address changes', async () => {
    await openDecision(json(decision(9)), { 'GET /api/decisions/10': json(decision(10)) })
    await mounted.router.push('/decisions/10')
    await settle()
    expect([mounted.wrapper.get('h1').text(), spaced('.summary')]).toEqual(['Decision 10', 'summary 10'])
  })

  it.each(['0x9', 'nine', '9'.repeat(19)])('is none for %s', async (id) => {
    mounted = await mountAt(App, `/decisions/${id}`, {})
    expect(mounted.wrapper.get('h1').text()).toBe('Page not found')
  })

  it('is where a row of the home page links to', async () => {
    await openDecision(json(refusal(9)), {
      'GET /api/decisions': json({ items: [refusal(9)], next: null }),
      'GET /api/stats': json(stats),
    })
    await mounted.router.push('/')
    await settle()
    await mounted.wrapper.get('tr.decision button').trigger('click')
    await mounted.wrapper.get('a.permalink').trigger('click')
    await settle()
    expect(mounted.router.currentRoute.value.path).toBe('/decisions/9')
  })
})
