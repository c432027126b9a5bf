import { describe, expect, it, vi } from 'vitest'

import { json } from '../../../test/support'
import { ConfigUnusable, loadConfig, parseConfig } from '../config'

describe('the configuration', () => {
  it('is asked of the server that this page came from, and never of a cache', async () => {
    const fetch = vi.fn<typeof globalThis.fetch>(async () => json({ api: 'http://localhost:5000' }))
    expect(await loadConfig(fetch)).toEqual({ api: 'http://localhost:5000' })
    expect(fetch).toHaveBeenCalledWith('/config.json', { cache: 'no-store' })
  })

  it.each(['https://api.example.com/', 'https://api.example.com', 'https://API.example.com:443/v1?x'])(
    'takes the origin of %s',
    (api) => {
      expect(parseConfig({ api })).toEqual({ api: 'https://api.example.com' })
    },
  )

  it.each([null, 'http://localhost:5000', {}, { api: 5000 }, { api: '' }, { api: 'localhost:5000' }, { api: 'ftp://x' }])(
    'refuses %j',
    (value) => {
      expect(() => parseConfig(value)).toThrow(ConfigUnusable)
    },
  )

  it('says so when there is no answer or it is not JSON', async () => {
    await expect(loadConfig(async () => new Response('<!doctype html>'))).rejects.toThrow(ConfigUnusable)
    await expect(loadConfig(() => Promise.reject(new TypeError('Failed to fetch')))).rejects.toThrow(ConfigUnusable)
  })
})
