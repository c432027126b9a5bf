/**
 * Return a page on another origin that tries to use the API; null where there is none.
 *
 * To a browser `127.0.0.1` is another site than `localhost`, and the same server answers at both.
 */
export function demoFor(page: Pick<Location, 'protocol' | 'hostname' | 'port'>): string | null {
  return page.protocol === 'http:' && page.hostname === 'localhost'
    ? `http://127.0.0.1${page.port === '' ? '' : `:${page.port}`}/stranger.html`
    : null
}
