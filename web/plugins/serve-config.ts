import type { Plugin } from 'vite'

/** What `/config.json` says: where the API is. */
export interface FrontEndConfig {
  api: string
}

/**
 * Answer `/config.json` while developing, as the server of the built front end does.
 *
 * It is answered per request and not compiled in, so that one build serves any pair of origins.
 */
export function serveConfig(config: FrontEndConfig): Plugin {
  const body = JSON.stringify(config)
  return {
    name: 'crossguard:serve-config',
    configureServer(server) {
      server.middlewares.use('/config.json', (_request, response) => {
        response.setHeader('Content-Type', 'application/json')
        response.setHeader('Cache-Control', 'no-store')
        response.end(body)
      })
    },
  }
}
