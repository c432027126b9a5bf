import { onScopeDispose, readonly, ref, type Ref } from 'vue'

export interface UseCountdownReturn {
  /** Whole seconds left; 0 when there is nothing to wait for. */
  remaining: Readonly<Ref<number>>
  start: (seconds: number) => void
}

/** Count seconds down to zero. */
export function useCountdown(now: () => number = Date.now): UseCountdownReturn {
  const remaining = ref(0)
  let end = 0
  let timer: ReturnType<typeof setInterval> | undefined

  // From the clock and not by counting ticks: a background tab gets fewer of them.
  function tick(): void {
    remaining.value = Math.max(0, Math.ceil((end - now()) / 1000))
    if (remaining.value === 0) {
      clearInterval(timer)
    }
  }

  function start(seconds: number): void {
    clearInterval(timer)
    end = now() + seconds * 1000
    timer = setInterval(tick, 1000)
    tick()
  }

  onScopeDispose(() => clearInterval(timer))

  return { remaining: readonly(remaining), start }
}
