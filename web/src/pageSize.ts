/** Rows turn into cards below this width, see styles/table.css. */
const NARROW = '(max-width: 54rem)'

/** How many rows to ask for at once: on a phone, where each is a card, as many as a person scrolls past. */
export function pageSize(wide: number, narrow: number, match: typeof globalThis.matchMedia = matchMedia): number {
  return match(NARROW).matches ? narrow : wide
}
