import { describe, expect, it } from 'vitest'

import type { DiagnosisStep } from '@/api/types'
import { mainStation, stationsOf } from '@/stations'

const step = (stage: DiagnosisStep['stage'], ok = true): DiagnosisStep => ({ stage, ok, text: `${stage}.`, details: [] })
const drawn = (...steps: DiagnosisStep[]) => stationsOf(steps).map(({ stage, state }) => `${stage} ${state}`)

describe('the stations of a fetch', () => {
  it('are those of its steps', () => {
    expect(drawn(step('page'), step('preflight'), step('request'), step('response'))).toEqual([
      'page passed',
      'preflight passed',
      'request passed',
      'response passed',
    ])
  })

  it('show a preflight that was not needed', () => {
    expect(drawn(step('page'), step('request'), step('response', false))).toEqual([
      'page passed',
      'preflight skipped',
      'request passed',
      'response stopped',
    ])
  })

  it.each([
    [[step('page', false)], ['page stopped', 'preflight unreached', 'request unreached', 'response unreached']],
    [[step('page'), step('preflight', false)], ['page passed', 'preflight stopped', 'request unreached', 'response unreached']],
    [[step('page'), step('request', false)], ['page passed', 'preflight skipped', 'request stopped', 'response unreached']],
  ])('show what lies behind the place where it stopped: %j', (steps, expected) => {
    expect(drawn(...steps)).toEqual(expected)
  })

  it('go through request and response again for a redirect, and for its preflight', () => {
    const way = [step('page'), step('request'), step('response'), step('request'), step('preflight', false)]
    expect(drawn(...way)).toEqual([
      'page passed',
      'preflight skipped',
      'request passed',
      'response passed',
      'request passed',
      'preflight stopped',
      'request unreached',
      'response unreached',
    ])
  })

  it('are none without steps', () => {
    expect(drawn()).toEqual([])
  })

  it('have one that tells the most: where it stopped, or the last', () => {
    expect(mainStation(stationsOf([step('page'), step('preflight', false)]))).toBe(1)
    expect(mainStation(stationsOf([step('page'), step('request'), step('response')]))).toBe(3)
    expect(mainStation([])).toBe(-1)
  })

  it('keep what the API said and showed', () => {
    const steps: DiagnosisStep[] = [{ stage: 'page', ok: true, text: 'Called.', details: ['Origin: null'] }]
    expect(stationsOf(steps)).toEqual([{ stage: 'page', state: 'passed', text: 'Called.', details: ['Origin: null'] }])
  })
})
