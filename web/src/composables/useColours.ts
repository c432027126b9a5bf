import { onMounted, onScopeDispose, shallowReadonly, shallowRef, type ShallowRef } from 'vue'

/**
 * Read colours of the style sheet, and read them again when light and dark change places.
 *
 * The custom properties must be registered as `<color>` (see `tokens.css`): others keep their text,
 * and a canvas does not know what `light-dark()` is.
 */
export function useColours<Name extends string>(
  names: readonly Name[],
  page: Window = window,
): Readonly<ShallowRef<Record<Name, string>>> {
  const root = page.document.documentElement
  const colours = shallowRef(read())

  function read(): Record<Name, string> {
    const style = page.getComputedStyle(root)
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name).trim()])) as Record<Name, string>
  }

  function update(): void {
    colours.value = read()
  }

  const system = page.matchMedia('(prefers-color-scheme: dark)')
  const attribute = new MutationObserver(update)
  onMounted(() => {
    system.addEventListener('change', update)
    attribute.observe(root, { attributes: true, attributeFilter: ['data-theme'] })
  })
  onScopeDispose(() => {
    system.removeEventListener('change', update)
    attribute.disconnect()
  })

  return shallowReadonly(colours)
}
