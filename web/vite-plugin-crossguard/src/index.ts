import { existsSync, readFileSync } from 'node:fs'

import type { Plugin } from 'vite'

import { placesOf, readToken } from './token.ts'

export interface CrossguardOptions {
  /** Where the API is, such as `http://localhost:5000`. */
  api: string
  /** The instance folder of the API, where that is not `instance/` beside the front end or above it. */
  instance?: string
}

const ADDRESS = '@crossguard/page.js'
const RENEW = '@crossguard/token'
/** Beside what is shipped; in a checkout, where the build has put it. */
const SCRIPTS = [new URL('./page.js', import.meta.url), new URL('../dist/page.js', import.meta.url)]

/**
 * Put Crossguard's script into every page of the dev server, so that the page says why a call to the API failed.
 *
 * The script comes from this package, so that it can also say that no API runs. A build has nothing of it.
 *
 * @throws TypeError if `api` is no http or https address
 */
export function crossguard(options: CrossguardOptions): Plugin {
  const { api, instance } = options
  if (!/^https?:\/\/[^/]/.test(api) || !URL.canParse(api)) {
    throw new TypeError(`crossguard: api is an address such as http://localhost:5000, not ${JSON.stringify(api)}`)
  }
  let places: string[] = []
  let base = '/'
  return {
    name: 'crossguard',
    apply: 'serve',
    configResolved(config) {
      places = placesOf(config.root, instance)
      base = config.base.endsWith('/') ? config.base : `${config.base}/`
    },
    configureServer(server) {
      const serve = (address: string, type: string, content: () => string | Buffer) =>
        server.middlewares.use((request, response, next) => {
          // With and without the base, which Vite takes off for what comes behind it.
          const path = (request.url ?? '').replace(/\?.*/, '')
          if (request.method !== 'GET' || (path !== `/${address}` && path !== base + address)) {
            next()
            return
          }
          // The token is for the dev server's own pages; Vite lets other local origins read by default.
          const site = request.headers['sec-fetch-site']
          if (address === RENEW && site !== undefined && site !== 'same-origin') {
            response.statusCode = 403
            response.end()
            return
          }
          response.setHeader('Content-Type', type)
          response.setHeader('Cache-Control', 'no-store')
          response.setHeader('X-Content-Type-Options', 'nosniff')
          response.end(content())
        })
      serve(ADDRESS, 'text/javascript', () => {
        const script = SCRIPTS.find((file) => existsSync(file))
        return script === undefined ? 'console.info("crossguard: the script is not built")' : readFileSync(script)
      })
      serve(RENEW, 'application/json', () => JSON.stringify({ token: readToken(places) }))
    },
    transformIndexHtml() {
      const attrs = { src: base + ADDRESS, 'data-api': api, 'data-token': readToken(places), 'data-renew': base + RENEW }
      // First of all, so that no other script has kept the browser's own fetch.
      return [{ tag: 'script', attrs, injectTo: 'head-prepend' }]
    },
  }
}

export default crossguard
