import type { Entry } from './watch'

/** Say in the console what was found: once for each cause, in a group of its own. */
export function tellConsole(console: Console, { failure, cause, count }: Entry): void {
  if (cause === null) {
    return
  }
  const { method, url } = failure
  console.group(`crossguard: ${method} ${url.replace(/\?.*/, '')} · ${cause.code}${count > 1 ? ` (${count} times)` : ''}`)
  console.warn(cause.why)
  if (cause.fix !== '') {
    console.log(`Fix:\n${cause.fix}`)
  }
  for (const more of [cause.proof, ...cause.hints.map(({ text, fix }) => (fix === '' ? text : `${text}\n${fix}`)), cause.address]) {
    if (more !== '') {
      console.log(more)
    }
  }
  console.groupEnd()
}
