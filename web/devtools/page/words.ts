/** What the page finds out by itself; every other code comes from the API. */
export type LocalCode =
  | 'connection-failed'
  | 'csp-connect-src'
  | 'handshake-refused'
  | 'local-network-access'
  | 'mixed-content'
  | 'never-sent'
  | 'not-an-event-stream'
  | 'null-origin'
  | 'offline'
  | 'other-server'
  | 'preflight-status'
  | 'redirected-to-page'
  | 'service-worker'

interface Facts {
  url: URL
  /** The page's origin. */
  page: string
  status: number | null
  /** The path of the page that redirects led to. */
  landed: string
  /** Where the API is, which may be elsewhere than what was called. */
  api: URL
}

type Words = (facts: Facts) => { why: string; fix: string }

/** The words for what only the page can know. */
export const WORDS: Record<LocalCode, Words> = {
  'connection-failed': ({ url, api }) => {
    const elsewhere = url.origin === api.origin ? '' : ` The API that this script belongs to is ${api.origin}.`
    const trust =
      url.protocol === 'https:'
        ? ' A certificate that the browser does not trust looks the same to a page.'
        : ' A server that speaks only https there looks the same to a page.'
    return {
      why: `Nothing answers at ${url.origin}: no server listens on that port, or it does not run.${trust}${elsewhere}`,
      fix:
        elsewhere !== ''
          ? `${api.origin}${url.pathname}`
          : url.protocol === 'https:'
            ? `open ${url.origin}/ in a tab of its own: the browser says there what it thinks of the certificate.`
            : 'start the API, and look in its terminal for the port that it listens on.',
    }
  },
  'csp-connect-src': ({ url, page }) => ({
    why: `The Content-Security-Policy of the page itself, at ${page}, does not let it connect to ${url.origin}. Nothing was sent.`,
    fix: `connect-src 'self' ${url.origin}`,
  }),
  'handshake-refused': ({ url }) => ({
    why: `The API saw the handshake at ${url.pathname} and did not open a WebSocket: no view takes one there, or the view refused.`,
    fix: 'look into the log of the API, and compare the path with its routes.',
  }),
  'local-network-access': ({ url, page }) => ({
    why: `The browser does not let ${page} call ${url.origin}, an address of this machine or its network: Local Network Access was denied, and no header grants it.`,
    fix: `allow it in the site settings of ${page}, or serve the page from http://localhost while developing.`,
  }),
  'mixed-content': ({ url, page }) => ({
    why: `The page is https (${page}), and an https page must not call http (${url.origin}). Nothing was sent.`,
    fix: `serve the API over https, or let the server of ${page} pass ${url.pathname} on to it.`,
  }),
  'never-sent': ({ url }) => ({
    why: `The API at ${url.origin} runs and has not seen this request: something in between stopped it. In the browser that is an extension, such as an ad blocker; in front of the API, a proxy or a middleware that answers preflights itself.`,
    fix: 'look at the request in the Network panel: "blocked" is an extension, and try a private window; a preflight with an answer comes from a server in front.',
  }),
  'not-an-event-stream': ({ url }) => ({
    why: `The API answered ${url.pathname}, and no event stream: an EventSource wants a 200 with Content-Type: text/event-stream.`,
    fix: 'Content-Type: text/event-stream',
  }),
  'null-origin': ({ url }) => ({
    why: `This page has the origin null, which every sandboxed frame and every file has, so that ${url.origin} cannot know it.`,
    fix: '<iframe sandbox="allow-scripts allow-same-origin">, or serve the page from http:// or https://',
  }),
  offline: ({ url }) => ({
    why: isThisMachine(url)
      ? `The browser says that it is offline. ${url.origin} is this machine and needs no network, so most likely the Network panel is set to “Offline”.`
      : 'The browser says that it is offline.',
    fix: 'set “No throttling” in the Network panel of the developer tools, or connect the machine.',
  }),
  'other-server': ({ url }) => ({
    why: `Something answers at ${url.origin}, but not as this API does in debug: another program has the port (on macOS AirPlay Receiver owns 5000 and 7000), the API has started anew since this page got its script, or it serves nothing until a mistake in its configuration is corrected.`,
    fix: 'look into the terminal of the API, and take the script tag from there; stop the other program, or let the API listen on another port.',
  }),
  'preflight-status': ({ url }) => ({
    why: `The API at ${url.origin} runs, but preflights do not get as far as crossguard: a middleware, another extension or a proxy in front of it answers OPTIONS by itself.`,
    fix: 'put crossguard outermost, and let it answer preflights before sign-in checks, rate limits and routing.',
  }),
  'redirected-to-page': ({ url, landed }) => ({
    why: `${url.pathname} redirected to the HTML page ${landed}, which is what the page got: a sign-in page, most likely.`,
    fix: 'answer 401 to scripts: crossguard.flask.install_unauthorized_handler(login_manager)',
  }),
  'service-worker': ({ url, status }) => ({
    why:
      status === null
        ? `A service worker of this page stands between it and ${url.origin}, and the API has not seen the request: most likely the worker failed.`
        : `A service worker of this page made this answer (${status}) itself; the API has not seen the request.`,
    fix: `if (new URL(event.request.url).origin === '${url.origin}') return`,
  }),
}

function isThisMachine({ hostname }: URL): boolean {
  return /^(?:localhost|127\.|\[::1\])/.test(hostname)
}
