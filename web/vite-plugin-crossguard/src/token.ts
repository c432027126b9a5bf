import { lstatSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const FILE = 'crossguard-devtools.json'
/** Where an API leaves its file: Flask in its instance folder, any other in the working directory. */
const PLACES = [join('instance', FILE), join('.crossguard', 'devtools.json')]
/** Longer than any file that crossguard writes. */
const LONGEST = 4096
const TOKEN = /^[\w-]{16,128}$/

/** Where the file may be: in the named folder, or in the folders from *root* upwards. */
export function placesOf(root: string, instance: string | undefined): string[] {
  if (instance !== undefined) {
    return [join(instance, FILE), join(instance, 'devtools.json')]
  }
  const places: string[] = []
  for (let folder = root; ; folder = dirname(folder)) {
    places.push(...PLACES.map((place) => join(folder, place)))
    if (dirname(folder) === folder) {
      return places
    }
  }
}

/**
 * Read the token that is in force; empty while the API does not run in debug.
 *
 * It is read anew for each page: the API writes another one when it starts anew. A link, a file of another
 * user or one that others can read is passed over, because another user may have written it.
 */
export function readToken(places: readonly string[]): string {
  for (const place of places) {
    try {
      const found = lstatSync(place)
      const own = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0)
      if (!found.isFile() || !own || found.size > LONGEST) {
        continue
      }
      const { version, token } = JSON.parse(readFileSync(place, 'utf8')) as { version?: unknown; token?: unknown }
      if (version === 1 && typeof token === 'string' && TOKEN.test(token)) {
        return token
      }
    } catch {
      // It is not there, or about to be written.
    }
  }
  return ''
}
