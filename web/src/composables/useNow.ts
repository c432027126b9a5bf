import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** The present moment in milliseconds, every few seconds anew. */
export function useNow(everyMs = 5_000): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, everyMs)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
