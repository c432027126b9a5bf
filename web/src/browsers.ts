import type { CookieFit } from './api/types'

/** One of the browsers that the API knows how to imitate. */
export type BrowserProfile = CookieFit['browser']

/** What people call them; `cookies` is how each treats those of other sites. */
export const BROWSERS: readonly { value: BrowserProfile; name: string; cookies: string }[] = [
  { value: 'chromium', name: 'Chromium', cookies: 'third-party cookies allowed' },
  { value: 'chromium-block-third-party', name: 'Chromium', cookies: 'third-party cookies blocked' },
  { value: 'firefox', name: 'Firefox', cookies: 'third-party cookies allowed' },
  { value: 'firefox-block-third-party', name: 'Firefox', cookies: 'third-party cookies blocked' },
  { value: 'webkit', name: 'WebKit', cookies: 'third-party cookies blocked' },
  { value: 'webkit-allow-third-party', name: 'WebKit', cookies: 'third-party cookies allowed' },
  { value: 'safari', name: 'Safari', cookies: 'derived, not measured' },
]

/** Write a browser's name with how it treats cookies, such as `Firefox, third-party cookies blocked`. */
export function browserName(profile: BrowserProfile): string {
  const found = BROWSERS.find((browser) => browser.value === profile)
  return found === undefined ? profile : `${found.name}, ${found.cookies}`
}
