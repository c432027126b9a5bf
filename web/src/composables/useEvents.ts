import { onScopeDispose, readonly, ref, type Ref } from 'vue'

import type { Decision, StatsTotals } from '@/api/types'

/**
 * `connecting`: the first try; `live`: events arrive; `lost`: interrupted, tried again by itself;
 * `closed`: not wanted now, because the page is hidden or the user paused.
 */
export type StreamStatus = 'connecting' | 'live' | 'lost' | 'closed'

export interface UseEventsOptions {
  /** The API's origin. */
  api: string
  onDecision: (decision: Decision) => void
  onStats: (totals: StatsTotals) => void
  /** The stream is open after a while in which it was not; what happened meanwhile was not told. */
  onReopen?: () => void
  /** The API has ended the stream with an error, which EventSource does not show. */
  onRefused?: () => void
  /** @default window.EventSource */
  EventSource?: typeof globalThis.EventSource
  /** @default window.document */
  document?: Document
  /** How long to wait before opening a stream again that the API refused. */
  retryMs?: number
}

export interface UseEventsReturn {
  status: Readonly<Ref<StreamStatus>>
  /** Whether the user wants no live updates at the moment. */
  paused: Readonly<Ref<boolean>>
  pause: () => void
  resume: () => void
}

const CLOSED = 2 // EventSource.CLOSED, which a stand-in in tests need not have

/**
 * Listen to the API's live feed while somebody looks at the page.
 *
 * An open stream occupies a thread of the API, so a hidden page closes it (`visibilitychange`). Where the API has none
 * to spare, it says `again` and ends the stream; the browser asks again after three seconds by itself.
 */
export function useEvents(options: UseEventsOptions): UseEventsReturn {
  const { api, onDecision, onStats, onReopen, onRefused, retryMs = 10_000 } = options
  const page = options.document ?? document
  const Source = options.EventSource ?? EventSource
  const status = ref<StreamStatus>('connecting')
  const paused = ref(false)
  let source: EventSource | null = null
  let missed = false
  let retry: ReturnType<typeof setTimeout> | undefined
  // Whether the API has said that it ends the stream to be asked again, and how long that may take.
  let again = false
  let patience: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    const stream = new Source(`${api}/api/events`, { withCredentials: true })
    source = stream
    stream.addEventListener('open', () => {
      clearTimeout(patience)
      status.value = 'live'
      if (missed) {
        missed = false
        onReopen?.()
      }
    })
    stream.addEventListener('decision', (event) => onDecision(JSON.parse(event.data) as Decision))
    stream.addEventListener('stats', (event) => onStats(JSON.parse(event.data) as StatsTotals))
    stream.addEventListener('again', () => {
      again = true
    })
    stream.addEventListener('error', () => {
      if (again && stream.readyState !== CLOSED) {
        again = false
        patience = setTimeout(lose, retryMs)
        return
      }
      lose()
      // The browser opens an interrupted stream again by itself, but not one that was answered
      // with an error status (HTML Standard, "fail the connection").
      if (stream.readyState === CLOSED) {
        retry = setTimeout(reopen, retryMs)
        onRefused?.()
      }
    })
  }

  function lose(): void {
    status.value = 'lost'
    missed = true
  }

  function close(): void {
    clearTimeout(retry)
    clearTimeout(patience)
    source?.close()
    source = null
  }

  function reopen(): void {
    close()
    open()
  }

  function follow(): void {
    if (paused.value || page.hidden) {
      close()
      status.value = 'closed'
      missed = true
    } else if (source === null) {
      status.value = 'connecting'
      open()
    }
  }

  function pause(): void {
    paused.value = true
    follow()
  }

  function resume(): void {
    paused.value = false
    follow()
  }

  page.addEventListener('visibilitychange', follow)
  onScopeDispose(() => {
    page.removeEventListener('visibilitychange', follow)
    close()
  })
  follow()

  return { status: readonly(status), paused: readonly(paused), pause, resume }
}
