import type { DiagnosisStep } from './api/types'

export type Stage = DiagnosisStep['stage']

/** `skipped`: there was no need to stop there. `unreached`: it lies behind the place where it stopped. */
export type StationState = 'passed' | 'stopped' | 'skipped' | 'unreached'

/** One place on the way of a fetch. */
export interface Station {
  stage: Stage
  state: StationState
  text: string
  /** Lines that show it: header fields, cookies. */
  details: readonly string[]
}

const ORDER: readonly Stage[] = ['page', 'preflight', 'request', 'response']

const UNREACHED: Record<Stage, string> = {
  page: 'Nothing was called.',
  preflight: 'The browser never got to ask.',
  request: 'The request was never sent, so no view has run.',
  response: 'There was no answer to the request, because it was never sent.',
}

/**
 * Draw the way of a fetch from its steps: also the stations that were not needed or not reached.
 *
 * A redirect makes the way longer: it goes through request and response again.
 */
export function stationsOf(steps: readonly DiagnosisStep[]): Station[] {
  const stations: Station[] = steps.map(({ stage, ok, text, details }) => ({
    stage,
    state: ok ? 'passed' : 'stopped',
    text,
    details,
  }))
  if (steps[0]?.stage === 'page' && steps[1]?.stage === 'request') {
    const text = 'None was needed: a request like this one may be sent without asking first.'
    stations.splice(1, 0, { stage: 'preflight', state: 'skipped', text, details: [] })
  }
  const last = steps.at(-1)
  if (last !== undefined && !last.ok) {
    for (const stage of ORDER.slice(ORDER.indexOf(last.stage) + 1)) {
      stations.push({ stage, state: 'unreached', text: UNREACHED[stage], details: [] })
    }
  }
  return stations
}

/** Which station tells the most: where it stopped, or else the last one. */
export function mainStation(stations: readonly Station[]): number {
  const stopped = stations.findIndex((station) => station.state === 'stopped')
  return stopped === -1 ? stations.length - 1 : stopped
}
