/**
 * Tell whether anything answers at the API's address.
 *
 * A request without CORS arrives without regard to the API's list of front ends; the page learns nothing of the
 * answer but that there was one (Fetch, "opaque filtered response").
 */
export async function isReachable(
  api: string,
  send: typeof globalThis.fetch = globalThis.fetch,
  timeoutMs = 5_000,
): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    await send(`${api}/livez`, { mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal })
    return true
  } catch {
    return false
  }
}
