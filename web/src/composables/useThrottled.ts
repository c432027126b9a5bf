import { onScopeDispose, readonly, ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'

/** Follow a value, but take in no more than one change in a while; the last one always arrives. */
export function useThrottled<Value extends string | number>(
  source: MaybeRefOrGetter<Value>,
  everyMs: number,
): Readonly<Ref<Value>> {
  const value = ref(toValue(source)) as Ref<Value>
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(
    () => toValue(source),
    () => {
      timer ??= setTimeout(() => {
        timer = undefined
        value.value = toValue(source)
      }, everyMs)
    },
  )
  onScopeDispose(() => clearTimeout(timer))

  return readonly(value) as Readonly<Ref<Value>>
}
