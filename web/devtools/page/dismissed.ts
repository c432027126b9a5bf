const KEY = 'crossguard:dismissed'
const MOST = 50

/** What a person does not want to see again in this tab: a code and a URL. */
export interface Dismissed {
  has: (code: string, url: string) => boolean
  add: (code: string, url: string) => void
}

/** Remember it for the tab where the browser lets a page store something, else for the page. */
export function createDismissed(window: Window): Dismissed {
  let names = readStored(window)
  const nameOf = (code: string, url: string) => `${code} ${url.replace(/\?.*/, '')}`
  return {
    has: (code, url) => names.includes(nameOf(code, url)),
    add(code, url) {
      names = [...names.filter((name) => name !== nameOf(code, url)), nameOf(code, url)].slice(-MOST)
      try {
        window.sessionStorage.setItem(KEY, JSON.stringify(names))
      } catch {
        // A sandboxed frame has no storage, and a full one takes no more.
      }
    },
  }
}

function readStored(window: Window): readonly string[] {
  try {
    const stored: unknown = JSON.parse(window.sessionStorage.getItem(KEY) ?? '[]')
    return Array.isArray(stored) ? stored.filter((name) => typeof name === 'string').slice(-MOST) : []
  } catch {
    return []
  }
}
