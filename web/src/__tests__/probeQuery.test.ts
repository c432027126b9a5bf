import { describe, expect, it } from 'vitest'
import { parseQuery, stringifyQuery } from 'vue-router'

import { emptyProbe, probeOfDecision, readProbe, tidyProbe, writeProbe, type ProbeForm } from '@/probeQuery'

import { decision } from '../../test/support'

const read = (query: string) => readProbe(parseQuery(query))
const through = (form: ProbeForm) => read(stringifyQuery(writeProbe(form)))

describe('the query of a fetch to try', () => {
  it('is empty for an empty form', () => {
    expect(writeProbe(emptyProbe())).toEqual({})
    expect(read('')).toEqual({ form: emptyProbe(), ignored: [] })
  })

  it('names what is not as it would be anyway', () => {
    const form = { ...emptyProbe(), origin: 'http://127.0.0.1:8080', url: '/api/me', method: 'DELETE', browser: 'firefox' as const }
    expect(writeProbe(form)).toEqual({ origin: 'http://127.0.0.1:8080', url: '/api/me', method: 'DELETE', browser: 'firefox' })
  })

  it.each<Partial<ProbeForm>>([
    { origin: 'http://127.0.0.1:8080', url: '/a?b=c&d=e#f', method: 'PATCH' },
    { credentials: 'omit', browser: 'firefox-block-third-party' },
    { credentials: 'same-origin', method: '' },
    { headers: [{ name: 'X-One', value: '1' }, { name: 'X-One', value: 'a: b, c=d&e' }] },
    { headers: [{ name: 'not: a % name', value: '  two spaces ' }, { name: '', value: 'x' }, { name: 'y', value: '' }] },
    { origin: '+ %2B ü 🐙', url: '%', headers: [{ name: 'ü', value: '🐙' }] },
  ])('comes back as it was written: %j', (fields) => {
    const form = { ...emptyProbe(), ...fields }
    expect(through(form)).toEqual({ form, ignored: [] })
  })

  it('has no half of a surrogate pair, which no address can hold', () => {
    const { form, ignored } = through({ ...emptyProbe(), url: '\uD83D', headers: [{ name: '\uDC00', value: '\uD800' }] })
    expect([form.url, form.headers, ignored]).toEqual(['\uFFFD', [{ name: '\uFFFD', value: '\uFFFD' }], []])
  })

  it.each([
    ['credentials=always', 'credentials'],
    ['browser=netscape', 'browser'],
    ['browser=__proto__', 'browser'],
    [`origin=${'x'.repeat(2049)}`, 'origin'],
    [`url=${'x'.repeat(2049)}`, 'url'],
    [`method=${'x'.repeat(65)}`, 'method'],
    ['header=no-colon', 'header'],
    ['header=%25E0:broken', 'header'],
    [`header=${'x'.repeat(257)}:1`, 'header'],
    [`header=x:${'y'.repeat(4097)}`, 'header'],
  ])('says what of it cannot be used: %s', (query, ignored) => {
    expect(read(query)).toEqual({ form: emptyProbe(), ignored: [ignored] })
  })

  it('takes as many headers as the API does', () => {
    const { form, ignored } = read(Array.from({ length: 40 }, (_, index) => `header=X-${index}:1`).join('&'))
    expect([form.headers.length, ignored]).toEqual([32, ['header']])
  })

  it('takes the first of what is there twice, and nothing from a name without a value', () => {
    expect(read('url=/a&url=/b&origin&header&browser').form).toEqual({ ...emptyProbe(), url: '/a' })
    expect(read('origin&browser').ignored).toEqual([])
  })
})

describe('a form', () => {
  it('is rid of what was typed without meaning it', () => {
    const headers = [{ name: ' X-One ', value: ' 1 ' }, { name: ' ', value: '' }, { name: '', value: 'kept' }]
    expect(tidyProbe({ ...emptyProbe(), origin: ' http://a ', url: '/b ', method: ' get', headers })).toEqual({
      ...emptyProbe(),
      origin: 'http://a',
      url: '/b',
      method: 'get',
      headers: [{ name: 'X-One', value: ' 1 ' }, { name: '', value: 'kept' }],
    })
  })

  it('is made of a decision, for the method that a preflight asked about', () => {
    const preflight = decision(1, { method: 'OPTIONS', requested_method: 'DELETE', url: 'http://localhost:5000/x' })
    expect(probeOfDecision(preflight)).toEqual({
      ...emptyProbe(),
      origin: 'http://localhost:8080',
      url: 'http://localhost:5000/x',
      method: 'DELETE',
    })
  })

  it('is not made of a decision about no origin', () => {
    expect(probeOfDecision(decision(1, { origin: '' }))).toBeNull()
  })
})
