import type { Call, Failure, Listener } from './call'
import type { Cause } from './cause'

/** One kind of failure: the same method to the same path with the same answer. */
export interface Entry {
  key: string
  failure: Failure
  cause: Cause | null
  count: number
}

export interface Watching {
  diagnose: (failure: Failure) => Promise<Cause | null>
  /** The first time that a cause is known, and again when it is another one. */
  tell: (entry: Entry) => void
  /** What is known has changed: another count, or an entry that is gone. */
  update: (entries: readonly Entry[]) => void
  setTimeout: (work: () => void, ms: number) => unknown
  now: () => number
}

interface Kept extends Entry {
  /** When it was asked about; -Infinity for not yet. */
  asked: number
  waiting: boolean
}

/** So many different failures are kept; a page that has more has told enough. */
const MOST = 50
/** The same failure is asked about again after so many milliseconds: a fix may have changed its cause. */
const AGAIN = 2000
/** What nothing was said about is asked about less often. */
const AGAIN_SILENT = 10_000
/** Before the first question, so that a page that fails a thousand times at once asks once. */
const PAUSE = 30

/** Collect failures, ask about one at a time, and keep a bounded number of them. */
export function createWatch({ diagnose, tell, update, setTimeout, now }: Watching): Listener {
  const entries = new Map<string, Kept>()
  let running = false
  let updating = false

  function keyOf({ kind, method, url }: Call): string {
    return `${kind} ${method} ${url.replace(/\?.*/, '').slice(0, 500)}`
  }

  function publish(): void {
    if (!updating) {
      updating = true
      setTimeout(() => {
        updating = false
        update([...entries.values()].filter((entry) => entry.cause !== null))
      }, PAUSE)
    }
  }

  function due(entry: Kept): boolean {
    const pause = entry.cause !== null ? AGAIN : entry.failure.header === undefined ? AGAIN_SILENT : Infinity
    return now() - entry.asked >= pause
  }

  async function run(): Promise<void> {
    for (;;) {
      // The newest first: of what came before it, the API may have forgotten.
      const entry = [...entries.values()].findLast(({ waiting }) => waiting)
      if (entry === undefined) {
        return
      }
      entry.waiting = false
      entry.asked = now()
      const cause = await diagnose(entry.failure).catch(() => null)
      const known = entries.get(entry.key) === entry
      const same = cause?.code === entry.cause?.code && cause?.fix === entry.cause?.fix
      entry.cause = cause
      if (known && !same) {
        if (cause !== null) {
          tell(entry)
        }
        publish()
      }
    }
  }

  /** Give up one that has no cause, if there is one. */
  function makeRoom(): void {
    const useless = [...entries.values()].find(({ cause }) => cause === null)
    if (useless !== undefined) {
      entries.delete(useless.key)
    }
  }

  function start(): void {
    if (!running) {
      running = true
      setTimeout(() => {
        void run().finally(() => {
          running = false
          // What came in the last moment.
          if ([...entries.values()].some(({ waiting }) => waiting)) {
            start()
          }
        })
      }, PAUSE)
    }
  }

  return {
    failed(failure) {
      const key = `${keyOf(failure)} ${failure.status ?? ''} ${failure.header ?? ''}`
      const entry = entries.get(key)
      if (entry === undefined) {
        if (entries.size >= MOST) {
          makeRoom()
        }
        if (entries.size < MOST) {
          entries.set(key, { key, failure, cause: null, count: 1, asked: -Infinity, waiting: true })
          start()
        }
        return
      }
      entry.count += 1
      entry.failure = failure
      if (entry.cause !== null) {
        publish()
      }
      if (due(entry)) {
        entry.waiting = true
        start()
      }
    },
    succeeded(call) {
      if (entries.size === 0) {
        return
      }
      const prefix = `${keyOf(call)} `
      for (const [key, entry] of entries) {
        if (key.startsWith(prefix) && entry.failure.header === undefined) {
          entries.delete(key)
          publish()
        }
      }
    },
  }
}
