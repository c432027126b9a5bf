// @vitest-environment node
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { build, createServer } from 'vite'
import { expect, it, vi } from 'vitest'

import { crossguard } from '../index.ts'
import { placesOf, readToken } from '../token.ts'

const TOKEN = 'a'.repeat(43)
const API = 'http://localhost:5999'

function project(): { root: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'crossguard-'))
  const root = join(folder, 'web')
  mkdirSync(root)
  mkdirSync(join(folder, 'instance'))
  writeFileSync(join(root, 'index.html'), '<!doctype html><html><head><title>A page</title></head><body></body></html>')
  return { root, file: join(folder, 'instance', 'crossguard-devtools.json') }
}

function write(file: string, token: string, mode = 0o600): void {
  writeFileSync(file, JSON.stringify({ version: 1, token, prefix: '/_crossguard' }))
  chmodSync(file, mode)
}

it('puts the script first into a page, with the token of the moment', async () => {
  vi.unstubAllGlobals()
  const { root, file } = project()
  write(file, TOKEN)
  const server = await createServer({
    root,
    base: '/shop/',
    configFile: false,
    logLevel: 'silent',
    plugins: [crossguard({ api: API })],
    server: { host: '127.0.0.1', port: 0 },
  })
  await server.listen()
  try {
    const page = server.resolvedUrls?.local[0] ?? ''
    const html = await (await fetch(page, { headers: { Accept: 'text/html' } })).text()
    const tag = /<script src="([^"]*)" data-api="([^"]*)" data-token="([^"]*)" data-renew="([^"]*)">/.exec(html)
    expect(tag?.slice(1)).toEqual(['/shop/@crossguard/page.js', API, TOKEN, '/shop/@crossguard/token'])
    expect(html.indexOf('<script')).toBe(html.indexOf(tag?.[0] ?? 'none'))
    const renewed = 'b'.repeat(43)
    write(file, renewed)
    const renew = new URL('/shop/@crossguard/token', page)
    expect(await (await fetch(renew)).json()).toEqual({ token: renewed })
    expect((await fetch(renew, { headers: { 'Sec-Fetch-Site': 'same-site' } })).status).toBe(403)
    expect((await fetch(new URL('/shop/@crossguard/page.js', page))).headers.get('content-type')).toBe('text/javascript')
  } finally {
    await server.close()
  }
})

it('leaves a build as it is', async () => {
  const { root, file } = project()
  write(file, TOKEN)
  const built = await build({ root, configFile: false, logLevel: 'silent', build: { write: false }, plugins: [crossguard({ api: API })] })
  expect(JSON.stringify(built)).not.toContain('crossguard/page.js')
  expect(JSON.stringify(built)).not.toContain(TOKEN)
})

it.each(['', 'localhost:5000', '/api', 'ftp://localhost'])('refuses the address %j', (api) => {
  expect(() => crossguard({ api })).toThrow('crossguard: api is an address such as http://localhost:5000')
})

it('passes over what others can read, links, other versions and what is no JSON', () => {
  const { root, file } = project()
  const places = placesOf(root, undefined)
  expect(readToken(places)).toBe('')
  write(file, TOKEN, 0o644)
  expect(readToken(places)).toBe('')
  write(file, TOKEN)
  expect(readToken(places)).toBe(TOKEN)
  for (const text of ['', '{', '[]', 'null', '{"version": 2, "token": "' + TOKEN + '"}', '{"version": 1, "token": "\\"><script>"}']) {
    writeFileSync(file, text)
    expect(readToken(places)).toBe('')
  }
  const linked = project()
  write(file, TOKEN)
  symlinkSync(file, linked.file)
  expect(readToken(placesOf(linked.root, undefined))).toBe('')
})
