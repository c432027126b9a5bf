import type { LocationQuery, LocationQueryRaw, LocationQueryValue } from 'vue-router'

import type { Decision, Probe, ProbeHeader } from './api/types'
import { BROWSERS } from './browsers'

/** A fetch to try, with every member, as the form holds it. */
export type ProbeForm = Required<Probe>

export type CredentialsMode = ProbeForm['credentials']

export const CREDENTIALS: readonly { value: CredentialsMode }[] = [
  { value: 'include' },
  { value: 'same-origin' },
  { value: 'omit' },
]

// As the API's schema has them. A link is not typed by its reader, so what is too long is left out
// here, where it can be said, instead of filling the page.
const LONGEST = { origin: 2048, url: 2048, method: 64, name: 256, value: 4096 }
const MOST_HEADERS = 32

export interface ReadProbe {
  form: ProbeForm
  /** The parameters that could not be used. */
  ignored: string[]
}

/** Make an empty form. */
export function emptyProbe(): ProbeForm {
  return { origin: '', url: '', method: 'GET', headers: [], credentials: 'include', browser: 'chromium', signed_in: false }
}

/** Read a form out of the query of an address; what cannot be used is left at its default. */
export function readProbe(query: LocationQuery): ReadProbe {
  const form = emptyProbe()
  const ignored: string[] = []

  for (const member of ['origin', 'url', 'method'] as const) {
    const text = first(query[member])
    if (text !== null && text.length <= LONGEST[member]) {
      form[member] = text
    } else if (text !== null) {
      ignored.push(member)
    }
  }
  const credentials = choose(query.credentials, CREDENTIALS)
  const browser = choose(query.browser, BROWSERS)
  form.credentials = credentials ?? form.credentials
  form.browser = browser ?? form.browser
  if (credentials === undefined) {
    ignored.push('credentials')
  }
  if (browser === undefined) {
    ignored.push('browser')
  }
  form.signed_in = first(query.as) === 'me'
  const headers = list(query.header).map(readHeader)
  form.headers = headers.filter((header) => header !== null).slice(0, MOST_HEADERS)
  if (form.headers.length < headers.length) {
    ignored.push('header')
  }
  return { form, ignored }
}

/** Write a form as the query of an address, without what is as it would be anyway. */
export function writeProbe(form: ProbeForm): LocationQueryRaw {
  const usual = emptyProbe()
  const query: LocationQueryRaw = {}
  for (const member of ['origin', 'url', 'method', 'credentials', 'browser'] as const) {
    if (form[member] !== usual[member]) {
      // A half of a surrogate pair has no percent-encoding.
      query[member] = form[member].toWellFormed()
    }
  }
  if (form.signed_in) {
    query.as = 'me'
  }
  if (form.headers.length > 0) {
    query.header = form.headers.map(({ name, value }) => `${encodeURIComponent(name.toWellFormed())}: ${value.toWellFormed()}`)
  }
  return query
}

/** Take away what was typed without meaning it: space around, and headers without a name and a value. */
export function tidyProbe(form: ProbeForm): ProbeForm {
  const headers = form.headers
    .map(({ name, value }) => ({ name: name.trim(), value }))
    .filter(({ name, value }) => name !== '' || value !== '')
  return { ...form, origin: form.origin.trim(), url: form.url.trim(), method: form.method.trim(), headers }
}

/** The fetch that a decision was about; null when it named no origin, so that no page can be imagined. */
export function probeOfDecision(decision: Decision): ProbeForm | null {
  if (decision.origin === '') {
    return null
  }
  const method = decision.requested_method ?? decision.method
  return { ...emptyProbe(), origin: decision.origin, url: decision.url, method }
}

/** Read `name: value`; the name is percent-encoded, so that the first colon ends it. */
function readHeader(text: string): ProbeHeader | null {
  const colon = text.indexOf(':')
  if (colon === -1) {
    return null
  }
  let name
  try {
    name = decodeURIComponent(text.slice(0, colon))
  } catch {
    return null
  }
  const value = text.slice(colon + 1).replace(/^ /, '')
  return name.length <= LONGEST.name && value.length <= LONGEST.value ? { name, value } : null
}

/** The choice that is named, the default one when none is; undefined when there is no such choice. */
function choose<Value extends string>(
  value: LocationQuery[string] | undefined,
  choices: readonly { value: Value }[],
): Value | undefined {
  const text = first(value)
  return text === null ? choices[0]?.value : choices.find((choice) => choice.value === text)?.value
}

function first(value: LocationQuery[string] | undefined): string | null {
  return list(value)[0] ?? null
}

function list(value: LocationQuery[string] | undefined): string[] {
  const values: LocationQueryValue[] = Array.isArray(value) ? value : [value ?? null]
  return values.filter((text) => text !== null)
}
