// @vitest-environment node
import { createServer } from 'vite'
import { expect, it, vi } from 'vitest'

import { serveConfig } from './serve-config.ts'

it('answers where the API is, and lets nobody keep the answer', async () => {
  // The network itself, on loopback.
  vi.unstubAllGlobals()
  const server = await createServer({
    configFile: false,
    logLevel: 'silent',
    plugins: [serveConfig({ api: 'http://localhost:5999' })],
    server: { host: '127.0.0.1', port: 0 },
  })
  await server.listen()
  try {
    const response = await fetch(new URL('/config.json', server.resolvedUrls?.local[0]))
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({ api: 'http://localhost:5999' })
  } finally {
    await server.close()
  }
})
