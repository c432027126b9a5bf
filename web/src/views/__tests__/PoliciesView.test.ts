import { afterEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'
import type { GoverningPolicy, PolicyFields } from '@/api/types'

import { json, member, mountAt, problem, type Answer, type Mounted } from '../../../test/support'

let mounted: Mounted

afterEach(() => mounted.wrapper.unmount())

const policy: PolicyFields = {
  origins: ['http://localhost:8080'],
  origin_count: 1,
  supports_credentials: true,
  methods: ['GET', 'POST'],
  allow_headers: ['content-type'],
  expose_headers: [],
  max_age: 600,
  readers: [],
  reader_count: 0,
  write_gate: true,
  report_only: false,
  json_only: false,
  public_origins: [],
}

const group = (rules: string[], fields: Partial<GoverningPolicy> = {}): GoverningPolicy => ({
  level: 'app',
  declared: 'app.py:12',
  policy,
  rules: rules.map((rule) => ({ rule, methods: ['GET'], endpoint: 'x' })),
  ...fields,
})

const ITEMS = [
  group(['/api/me', '/api/stats'], { level: 'blueprint' }),
  group(['/public'], { level: 'view', policy: { ...policy, origins: ['*'], supports_credentials: false } }),
  group([], {
    level: 'none',
    declared: '',
    policy: null,
    rules: [{ rule: '/metrics', methods: ['GET', 'DELETE'], endpoint: 'x' }],
  }),
]

async function openPolicies(answer: Answer = json({ items: ITEMS }), more: Record<string, Answer> = {}): Promise<void> {
  mounted = await mountAt(App, '/admin/policies', { 'GET /admin/policies': answer, ...more })
}

const spaced = (element: { text: () => string }) => element.text().replaceAll(/\s+/g, ' ')
const rules = () => mounted.wrapper.findAll('.rules .rule').map(spaced)

describe('the policies page', () => {
  it('says each policy once, with the rules that it governs', async () => {
    await openPolicies()
    expect(mounted.wrapper.get('h1').text()).toBe('Policies')
    const cards = mounted.wrapper.findAll('.policy').map((card) => [
      card.get('h2').text(),
      card.get('.badge').text(),
      card.findAll('.rules li').map(spaced),
    ])
    expect(cards).toEqual([
      ['Policy of a blueprint', 'with cookies', ['/api/meGET', '/api/statsGET']],
      ['Policy of a view', 'anonymous', ['/publicGET']],
      ['No policy', 'no other origin may read', ['/metricsGETDELETE']],
    ])
    expect(mounted.wrapper.get('.find [role=status]').text()).toBe('4 rules')
  })

  it('is searched by words in any column, in any order', async () => {
    await openPolicies()
    const search = mounted.wrapper.get('input[type=search]')
    await search.setValue('8080 ME')
    expect(rules()).toEqual(['/api/me'])
    await search.setValue('delete')
    expect(rules()).toEqual(['/metrics'])
    expect(mounted.wrapper.get('.find [role=status]').text()).toBe('1 of 4 rules')
    expect(mounted.wrapper.findAll('.policy')).toHaveLength(1)
  })

  it('shows every rule again when a search finds none', async () => {
    await openPolicies()
    await mounted.wrapper.get('input[type=search]').setValue('nothing like that')
    expect(mounted.wrapper.text()).toContain('No rule like that')
    await mounted.wrapper.get('.reset').trigger('click')
    expect(rules()).toHaveLength(4)
  })

  it('says what a policy says', async () => {
    await openPolicies()
    expect(mounted.wrapper.findAll('.policy')[1]?.findAll('dl > div').map(spaced)).toEqual([
      'MethodsGET, POST',
      'Request headerscontent-type',
      'Response headers that scripts may readnone',
      'Preflight is kept for600 s',
      'Write gateon',
      'The API’s own originsas the Host header says',
    ])
  })

  it('shows some of many rules, and the others on demand', async () => {
    await openPolicies(json({ items: [group(Array.from({ length: 60 }, (_, index) => `/rule/${index}`))] }))
    expect(mounted.wrapper.get('.policy .body > .rules').findAll('li')).toHaveLength(24)
    expect(mounted.wrapper.get('details summary').text()).toBe('36 more')
  })

  it.each([
    [{ write_gate: false }, 'Write gateoff'],
    [{ report_only: true }, 'Write gatelogs, but refuses nothing'],
    [{ json_only: true }, 'Write gateon, JSON bodies only'],
    [{ public_origins: ['https://api.test'] }, 'The API’s own originshttps://api.test'],
  ])('says of %j: %s', async (fields, words) => {
    await openPolicies(json({ items: [group(['/x'], { policy: { ...policy, ...fields } })] }))
    expect(mounted.wrapper.findAll('dl > div').map(spaced)).toContain(words)
  })

  it('tells those who only read from those who may use cookies', async () => {
    await openPolicies(json({ items: [group(['/x'], { policy: { ...policy, readers: ['https://status.test'] } })] }))
    expect(spaced(mounted.wrapper.get('.says > div'))).toMatch(/Read only, without cookies ?https:\/\/status\.test/)
    await mounted.wrapper.get('input[type=search]').setValue('status.test')
    expect(rules()).toEqual(['/x'])
  })

  it('does not write ten thousand origins', async () => {
    const origins = Array.from({ length: 100 }, (_, index) => `https://c${index}.example`)
    await openPolicies(json({ items: [group(['/x'], { policy: { ...policy, origins, origin_count: 10_000 } })] }))
    expect(mounted.wrapper.findAll('.origins li')).toHaveLength(100)
    expect(mounted.wrapper.get('.origins summary').text()).toBe('9,996 more')
    expect(mounted.wrapper.text()).toContain('and 9,900 that are not written here')
  })

  it('shows a member what the API answered', async () => {
    await openPolicies(problem(403, 'admin-required'), { 'GET /api/me': json(member) })
    expect(mounted.wrapper.get('h1').text()).toBe('Administrators only')
    expect(mounted.wrapper.text()).toContain('Detail of admin-required')
  })

  it('says why they could not be loaded', async () => {
    await openPolicies('unreachable')
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('The API cannot be reached')
  })
})
