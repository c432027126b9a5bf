/** How numbers and moments are written; the browser's language and time zone unless told otherwise. */
export interface FormatOptions {
  locale?: string
  timeZone?: string
}

/** Write a whole number with separators. */
export function formatCount(count: number, { locale }: FormatOptions = {}): string {
  return new Intl.NumberFormat(locale).format(count)
}

/** Write a part of a whole, such as `96.9%`; null when there is no whole. */
export function formatShare(part: number, whole: number, { locale }: FormatOptions = {}): string | null {
  if (whole === 0) {
    return null
  }
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(part / whole)
}

/** Begin a part of a sentence, as explanations are, with a capital letter; code stays as it is. */
export function sentence(text: string): string {
  return /^[a-z_]+=/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
}

/** Write the time of day to the second. */
export function formatTime(moment: string, { locale, timeZone }: FormatOptions = {}): string {
  return write(moment, { timeStyle: 'medium', timeZone }, locale)
}

/** Write the time of day to the minute. */
export function formatMinute(moment: string, { locale, timeZone }: FormatOptions = {}): string {
  return write(moment, { hour: '2-digit', minute: '2-digit', timeZone }, locale)
}

/** Write a day. */
export function formatDay(moment: string, { locale, timeZone }: FormatOptions = {}): string {
  return write(moment, { dateStyle: 'medium', timeZone }, locale)
}

/** Write a day and the time on it. */
export function formatMoment(moment: string, { locale, timeZone }: FormatOptions = {}): string {
  return write(moment, { dateStyle: 'medium', timeStyle: 'short', timeZone }, locale)
}

/** Write how long ago a moment was, roughly: `3 s ago`, `5 min ago`, `2 h ago`, `4 d ago`. */
export function formatAgo(moment: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(moment)) / 1000))
  if (seconds < 60) {
    return `${seconds} s ago`
  }
  if (seconds < 3_600) {
    return `${Math.floor(seconds / 60)} min ago`
  }
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`
}

function write(
  moment: string,
  options: Omit<Intl.DateTimeFormatOptions, 'timeZone'> & { timeZone: string | undefined },
  locale: string | undefined,
): string {
  const { timeZone, ...rest } = options
  return new Intl.DateTimeFormat(locale, timeZone === undefined ? rest : { ...rest, timeZone }).format(
    new Date(moment),
  )
}
