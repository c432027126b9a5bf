import { landedOnPage, neverSent, notOpened, unseen, withoutAnswer, type Surroundings } from './before'
import { quietly, relation, target, type Call, type Failure } from './call'
import type { Cause } from './cause'
import { tellConsole } from './console'
import { createDismissed } from './dismissed'
import { createOverlay } from './overlay'
import { readTag, type Tag } from './tag'
import { createWatch } from './watch'
import { askWhy, type Answer } from './why'
import { wrapFetch } from './wrap-fetch'
import { wrapStreams } from './wrap-streams'
import { wrapXhr } from './wrap-xhr'

const MARK = Symbol.for('crossguard.page')
/** Origins that the page's own policy forbade; as many as a page could name in a policy. */
const FORBIDDEN = 20
/** A server notes an exchange when it has ended, which may be after the browser has given up. */
const LATER = 250
/** After an API that does not know the question, nothing is asked for so long. */
const SILENCE = 30_000
/** The API remembers 40 requests of a page; after so many others it may have forgotten one that it has seen. */
const REMEMBERED = 30

function start(window: Window & typeof globalThis, tag: Tag): void {
  const { document, performance } = window
  const fetch = window.fetch.bind(window)
  const setTimeout = window.setTimeout.bind(window)
  const now = () => performance.now()
  const forbidden: string[] = []
  let { token } = tag
  const around: Surroundings = { api: tag.api, script: `${tag.base}/page.js`, token: () => token, window, fetch, forbidden }
  let silentUntil = -Infinity
  let said = false
  let calls = 0
  const number = new WeakMap<Failure, number>()

  document.addEventListener('securitypolicyviolation', (event) => {
    const origin = target(event.blockedURI)?.origin
    if (event.disposition === 'enforce' && event.effectiveDirective === 'connect-src' && origin !== undefined) {
      forbidden.unshift(origin)
      forbidden.length = Math.min(forbidden.length, FORBIDDEN)
    }
  })

  const ask = (failure: Failure) => askWhy(failure, { base: tag.base, token, fetch, setTimeout, now })
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

  /** Ask the dev server for the token that is in force; say whether it is another one. */
  async function renewed(): Promise<boolean> {
    if (tag.renew === '') {
      return false
    }
    try {
      const answer: unknown = await (await fetch(tag.renew, { cache: 'no-store' })).json()
      const fresh = typeof answer === 'object' && answer !== null && 'token' in answer ? answer.token : undefined
      const isNew = typeof fresh === 'string' && fresh !== '' && fresh !== token
      token = isNew ? fresh : token
      return isNew
    } catch {
      return false
    }
  }

  async function asked(failure: Failure): Promise<Answer> {
    const answer = await ask(failure)
    // To a page that is not listed, the 404 for an old token looks like no answer at all.
    if (answer.kind !== 'known' && (await renewed())) {
      return ask(failure)
    }
    if (answer.kind === 'known' && answer.seen === 'nothing') {
      await pause(LATER)
      return ask(failure)
    }
    return answer
  }

  function silent(reason: string): null {
    silentUntil = now() + SILENCE
    if (!said) {
      said = true
      window.console.info(`crossguard: no explanations, ${reason}. The API must run in debug; if it has started anew, reload this page.`)
    }
    return null
  }

  async function diagnose(failure: Failure): Promise<Cause | null> {
    const certain = neverSent(failure, around)
    if (certain !== null) {
      return certain
    }
    if (relation(new URL(failure.url), tag.api, window.location.origin) === 'near') {
      return withoutAnswer(failure, around)
    }
    if (now() < silentUntil) {
      return null
    }
    const answer = await asked(failure)
    if (answer.kind === 'silent') {
      return silent(answer.reason)
    }
    if (answer.kind === 'unreachable') {
      return failure.status === null ? withoutAnswer(failure, around) : null
    }
    if (answer.cause === null && answer.seen === 'nothing' && failure.header === undefined) {
      return calls - (number.get(failure) ?? 0) > REMEMBERED ? null : unseen(failure, around)
    }
    // That a redirect was followed is not what a developer looks for: where it ended is.
    const cause = answer.cause?.code === 'redirected' ? (landedOnPage(failure) ?? answer.cause) : answer.cause
    return cause ?? landedOnPage(failure) ?? notOpened(failure)
  }

  const overlay = createOverlay(window, createDismissed(window), token === '' ? '' : `${tag.base}/?token=${encodeURIComponent(token)}`)
  const watch = createWatch({
    diagnose,
    tell: (entry) => tellConsole(window.console, entry),
    update: (entries) => quietly(() => overlay.show(entries)),
    setTimeout,
    now,
  })

  const listener = {
    failed(failure: Failure) {
      const how = relation(new URL(failure.url), tag.api, window.location.origin)
      // What goes elsewhere on this machine is told of only where nothing answers.
      if (how === 'api' || how === 'twin' || (how === 'near' && failure.status === null)) {
        calls += 1
        number.set(failure, calls)
        watch.failed(failure)
      }
    },
    succeeded(call: Call) {
      calls += 1
      watch.succeeded(call)
    },
  }
  for (const wrap of [wrapFetch, wrapXhr, wrapStreams]) {
    quietly(() => wrap(window, listener))
  }
}

quietly(() => {
  const script = document.currentScript
  const tag = script instanceof HTMLScriptElement ? readTag(script) : null
  // Twice on one page, as by a tag and by the plugin, it would tell everything twice.
  if (tag !== null && !(MARK in window)) {
    Object.defineProperty(window, MARK, { value: true })
    start(window as Window & typeof globalThis, tag)
  }
})
