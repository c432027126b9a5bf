import { afterEach, beforeEach, expect, vi } from 'vitest'

/** What was written to the console during a test that did not ask for it. */
let written: unknown[][] = []

// A warning of Vue is a mistake that a user would meet as a missing piece of the page.
beforeEach(() => {
  // No test reaches a network: clients are given a `fetch` of their own, and what asks past them finds no server.
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  written = []
  for (const level of ['debug', 'log', 'info', 'warn', 'error'] as const) {
    console[level] = (...words: unknown[]) => written.push([level, ...words])
  }
})

afterEach(() => {
  expect(written, 'unexpected output to the console').toEqual([])
})
