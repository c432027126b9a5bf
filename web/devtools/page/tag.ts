/** What the script's own tag says: where the API is, and what opens its addresses. */
export interface Tag {
  api: URL
  /** The folder of crossguard's addresses, such as `http://localhost:5000/_crossguard`. */
  base: string
  token: string
  /** Where a dev server says which token is in force, when the API has started anew; empty without one. */
  renew: string
}

const PREFIX = '/_crossguard'

/**
 * Read the tag: `<script src="http://localhost:5000/_crossguard/page.js?token=…">`, or one that a dev server
 * serves itself, with `data-api`, `data-token` and `data-renew`.
 */
export function readTag(script: HTMLScriptElement): Tag | null {
  try {
    const source = new URL(script.src)
    const { api, token, renew } = script.dataset
    const base = api === undefined ? source.href.replace(/\/page\.js.*/, '') : withPrefix(api)
    return {
      api: new URL(base),
      base,
      token: token ?? source.searchParams.get('token') ?? '',
      renew: renew === undefined ? '' : new URL(renew, document.baseURI).href,
    }
  } catch {
    return null
  }
}

function withPrefix(api: string): string {
  const trimmed = api.replace(/\/+$/, '')
  return new URL(trimmed.endsWith(PREFIX) ? trimmed : trimmed + PREFIX).href
}
