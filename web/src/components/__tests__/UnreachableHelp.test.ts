import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { Unreachable } from '@/api/problems'
import { isReachable } from '@/api/reachable'

import UnreachableHelp from '../UnreachableHelp.vue'

async function help(page: string, options: { timedOut?: boolean; alive?: boolean } = {}): Promise<string> {
  const { alive = true, ...rest } = options
  const error = new Unreachable('http://localhost:5000', rest)
  const wrapper = mount(UnreachableHelp, { props: { error, page, reach: () => Promise.resolve(alive) } })
  await flushPromises()
  return wrapper.text()
}

describe('the help for an API out of reach', () => {
  it('guesses nothing before it has asked', () => {
    const error = new Unreachable('http://localhost:5000')
    const wrapper = mount(UnreachableHelp, { props: { error, reach: () => new Promise(() => {}) } })
    expect(wrapper.text()).toContain('Asking whether there is a server')
    expect(wrapper.text()).not.toContain('CORS(app')
  })

  it('names the page’s origin in the line that lets it in, when the server answers', async () => {
    const text = await help('http://localhost:3000')
    expect(text).toContain('The API runs, and does not let this page in')
    expect(text).toContain('CORS(app, origins=["http://localhost:3000"], supports_credentials=True)')
    expect(text).not.toContain('not running')
  })

  it('names no configuration when there is no server', async () => {
    const text = await help('http://localhost:3000', { alive: false })
    expect(text).toContain('The API cannot be reached')
    expect(text).toContain('not running')
    expect(text).not.toContain('CORS(app')
  })

  it('notices that the page was opened under another name of this machine', async () => {
    const text = await help('http://127.0.0.1:8080')
    expect(text).toContain('another host name than the API')
    expect(text).toContain('http://localhost:8080')
  })

  it.each(['http://localhost:8080', 'https://app.example.com'])('does not say so of %s', async (page) => {
    expect(await help(page)).not.toContain('another host name')
  })

  it('tells a slow API from a silent one', async () => {
    expect(await help('http://localhost:8080', { timedOut: true })).toContain('takes too long')
  })
})

describe('asking whether there is a server', () => {
  it('sends what needs no permission', async () => {
    const send = vi.fn<typeof fetch>(() => Promise.resolve(new Response(null)))
    expect(await isReachable('http://localhost:5000', send)).toBe(true)
    expect(send.mock.calls[0]?.[0]).toBe('http://localhost:5000/livez')
    expect(send.mock.calls[0]?.[1]).toMatchObject({ mode: 'no-cors', credentials: 'omit' })
  })

  it('takes no answer for none', async () => {
    expect(await isReachable('http://localhost:5000', () => Promise.reject(new TypeError()))).toBe(false)
  })
})
