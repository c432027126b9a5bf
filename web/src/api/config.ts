/** What `/config.json` says. It is asked for at start, so that one build serves any pair of origins. */
export interface Config {
  /** The API's origin: scheme, host and port, without a trailing slash. */
  api: string
}

/** `/config.json` is missing or says nothing useful: the front end's own server is set up wrongly. */
export class ConfigUnusable extends Error {
  override readonly name = 'ConfigUnusable'
}

/**
 * Ask the server that this page came from where the API is.
 *
 * @throws {ConfigUnusable} when there is no answer, or it names no http(s) origin
 */
export async function loadConfig(send: typeof globalThis.fetch = globalThis.fetch): Promise<Config> {
  let body: unknown
  try {
    const response = await send('/config.json', { cache: 'no-store' })
    body = await response.json()
  } catch (error) {
    throw new ConfigUnusable('/config.json could not be read', { cause: error })
  }
  return parseConfig(body)
}

/** Check a value that `/config.json` held. */
export function parseConfig(value: unknown): Config {
  const api = typeof value === 'object' && value !== null && 'api' in value ? value.api : undefined
  if (typeof api !== 'string' || !URL.canParse(api)) {
    throw new ConfigUnusable('/config.json names no "api"')
  }
  const url = new URL(api)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ConfigUnusable(`/config.json: "api" is not an http or https origin: ${api}`)
  }
  return { api: url.origin }
}
