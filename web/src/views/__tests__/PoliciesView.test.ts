import { afterEach, describe, expect, it } from 'vitest'

import App from '@/App.vue'
import type { PolicyFields, PolicyRow } from '@/api/types'

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

const row = (rule: string, fields: Partial<PolicyRow> = {}): PolicyRow => ({
  rule,
  methods: ['GET'],
  endpoint: 'x',
  level: 'app',
  declared: 'app.py:12',
  policy,
  ...fields,
})

const ROWS = [
  row('/api/me', { level: 'blueprint' }),
  row('/public', { level: 'view', policy: { ...policy, origins: ['*'], supports_credentials: false } }),
  row('/metrics', { level: 'none', declared: '', policy: null, methods: ['GET', 'DELETE'] }),
]

async function openPolicies(answer: Answer = json({ items: ROWS }), more: Record<string, Answer> = {}): Promise<void> {
  mounted = await mountAt(App, '/admin/policies', { 'GET /admin/policies': answer, ...more })
}

const spaced = (element: { text: () => string }) => element.text().replaceAll(/\s+/g, ' ')
const rules = () => mounted.wrapper.findAll('td.rule').map(spaced)

describe('the policies page', () => {
  it('says for each rule which policy governs it', async () => {
    await openPolicies()
    const cells = mounted.wrapper.findAll('tr.row').map((line) => line.findAll('td').slice(0, 6).map(spaced))
    expect(cells).toEqual([
      ['/api/me', 'GET', 'Blueprint', 'http://localhost:8080', 'with cookies', 'app.py:12'],
      ['/public', 'GET', 'View', '* any origin', 'anonymous', 'app.py:12'],
      ['/metrics', 'GETDELETE', 'No policy', 'no other origin', '–none', '–nowhere'],
    ])
    expect(mounted.wrapper.get('h1').text()).toBe('Policies')
  })

  it('is searched by words in any column, in any order', async () => {
    await openPolicies()
    const search = mounted.wrapper.get('input[type=search]')
    await search.setValue('8080 ME')
    expect(rules()).toEqual(['/api/me'])
    await search.setValue('delete')
    expect(rules()).toEqual(['/metrics'])
    expect(mounted.wrapper.get('.count').text()).toBe('1 of 3 rules')
  })

  it('is narrowed to a level, and widened again when nothing is left', async () => {
    await openPolicies()
    await mounted.wrapper.get('select').setValue('path')
    expect(mounted.wrapper.text()).toContain('No rule like that')
    await mounted.wrapper.get('.reset').trigger('click')
    expect(rules()).toHaveLength(3)
  })

  it('says the rest of a policy on demand', async () => {
    await openPolicies()
    const more = mounted.wrapper.findAll('tr.row button')
    expect(more).toHaveLength(2)
    await more[1]?.trigger('click')
    const panel = mounted.wrapper.get(`[id="${more[1]?.attributes('aria-controls')}"]`)
    expect(panel.findAll('dl > div').map(spaced)).toEqual([
      'Endpointx',
      'Allowed methodsGET, POST',
      'Allowed request headerscontent-type',
      'Exposed response headersnone',
      'Preflight is kept for600 s',
      'Write gateon',
      'The API’s own originsas the Host header says',
    ])
    await more[1]?.trigger('click')
    expect(mounted.wrapper.find('tr.panel').exists()).toBe(false)
  })

  it.each([
    [{ write_gate: false }, 'Write gateoff'],
    [{ report_only: true }, 'Write gatelogs, but refuses nothing'],
    [{ json_only: true }, 'Write gateon, JSON bodies only'],
    [{ public_origins: ['https://api.test'] }, 'The API’s own originshttps://api.test'],
  ])('says of %j: %s', async (fields, words) => {
    await openPolicies(json({ items: [row('/x', { policy: { ...policy, ...fields } })] }))
    await mounted.wrapper.get('tr.row button').trigger('click')
    expect(mounted.wrapper.findAll('dl > div').map(spaced)).toContain(words)
  })

  it('tells those who only read from those who may use cookies', async () => {
    await openPolicies(json({ items: [row('/x', { policy: { ...policy, readers: ['https://status.test'] } })] }))
    expect(spaced(mounted.wrapper.get('.readers'))).toMatch(/read only, without cookies: ?https:\/\/status\.test/)
    await mounted.wrapper.get('input[type=search]').setValue('status.test')
    expect(rules()).toEqual(['/x'])
  })

  it('does not write ten thousand origins', async () => {
    const origins = Array.from({ length: 100 }, (_, index) => `https://c${index}.example`)
    await openPolicies(json({ items: [row('/x', { policy: { ...policy, origins, origin_count: 10_000 } })] }))
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
