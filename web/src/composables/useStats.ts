import {
  onScopeDispose,
  shallowReadonly,
  shallowRef,
  toValue,
  watch,
  type MaybeRefOrGetter,
  type Ref,
  type ShallowRef,
} from 'vue'

import type { Client } from '@/api/client'
import type { ApiError } from '@/api/problems'
import type { Decision, Stats, StatsTotals } from '@/api/types'

import { useRequest } from './useRequest'

export interface UseStatsOptions {
  /** How many minutes to look back. */
  minutes?: number
  /** How often to ask again: the window moves on although nothing happens. */
  refreshMs?: number
  /** Whether to; every question is itself a cross-origin request that the API counts. */
  refreshing?: MaybeRefOrGetter<boolean>
}

export interface UseStatsReturn {
  stats: Readonly<ShallowRef<Stats | null>>
  error: Readonly<ShallowRef<ApiError | null>>
  pending: Readonly<Ref<boolean>>
  refresh: () => Promise<void>
  /** Take in totals of the live feed. */
  setTotals: (totals: StatsTotals) => void
  /** Count a decision of the live feed in its minute. */
  count: (decision: Decision) => void
}

/** Hold how many requests were allowed and refused, minute by minute. */
export function useStats(client: Client, options: UseStatsOptions = {}): UseStatsReturn {
  const { minutes = 30, refreshMs = 60_000, refreshing = true } = options
  const stats = shallowRef<Stats | null>(null)
  const request = useRequest((signal) => client.get<Stats>(`/api/stats?minutes=${minutes}`, signal))

  watch(request.data, (answer) => {
    stats.value = answer
  })

  function setTotals(totals: StatsTotals): void {
    if (stats.value !== null) {
      stats.value = { ...stats.value, ...totals }
    }
  }

  function count(decision: Decision): void {
    if (stats.value !== null) {
      stats.value = { ...stats.value, minutes: countMinute(stats.value.minutes, decision) }
    }
  }

  const timer = setInterval(async () => {
    if (toValue(refreshing)) {
      await request.run()
    }
  }, refreshMs)
  onScopeDispose(() => clearInterval(timer))

  return {
    stats: shallowReadonly(stats),
    error: request.error,
    pending: request.pending,
    refresh: request.run,
    setTotals,
    count,
  }
}

const MINUTE_MS = 60_000

/** Add one decision to the minute it fell in; a new minute pushes the oldest out. */
export function countMinute(minutes: Stats['minutes'], decision: Decision): Stats['minutes'] {
  const last = minutes.at(-1)
  if (last === undefined) {
    return minutes
  }
  const result = [...minutes]
  const minute = minuteOf(decision.at)
  // Bounded by the window: after a longer silence every minute of it is new and empty.
  for (let next = Math.max(minuteOf(last.at), minute - minutes.length) + 1; next <= minute; next += 1) {
    result.push({ at: new Date(next * MINUTE_MS).toISOString(), allowed: 0, refused: 0 })
    result.shift()
  }
  const index = result.findIndex((entry) => minuteOf(entry.at) === minute)
  const entry = result[index]
  if (entry === undefined) {
    return result
  }
  const { allowed, refused } = entry
  const counted = decision.allowed ? { allowed: allowed + 1, refused } : { allowed, refused: refused + 1 }
  return result.with(index, { at: entry.at, ...counted })
}

function minuteOf(moment: string): number {
  return Math.floor(Date.parse(moment) / MINUTE_MS)
}
