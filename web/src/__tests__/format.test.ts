import { describe, expect, it } from 'vitest'

import { formatCount, formatDay, formatMinute, formatMoment, formatShare, formatTime } from '../format'

const british = { locale: 'en-GB', timeZone: 'Europe/Berlin' }
const moment = '2026-11-24T22:05:09Z'

describe('what people read', () => {
  it('is in their time zone', () => {
    expect(formatTime(moment, british)).toBe('23:05:09')
    expect(formatMinute(moment, british)).toBe('23:05')
    expect(formatDay('2026-11-24T23:30:00Z', british)).toBe('25 Nov 2026')
    expect(formatMoment(moment, british)).toBe('24 Nov 2026, 23:05')
  })

  it('is in their language', () => {
    expect(formatCount(12345, { locale: 'de' })).toBe('12.345')
    expect(formatShare(1, 3, { locale: 'en-GB' })).toBe('33.3%')
  })

  it('is no share of nothing', () => {
    expect(formatShare(0, 0)).toBeNull()
  })

  it('is in the browser’s own language and zone unless told otherwise', () => {
    expect(formatTime(moment)).toMatch(/05/)
  })
})
