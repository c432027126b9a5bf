import { readonly, ref, type Ref } from 'vue'

/** `system`: whatever the operating system is set to. */
export type Theme = 'system' | 'light' | 'dark'

const THEMES: readonly Theme[] = ['system', 'light', 'dark']
// Also read by public/theme.js, before the first paint.
const KEY = 'crossguard.theme'

export interface UseThemeReturn {
  theme: Readonly<Ref<Theme>>
  /** The one that `cycle` would switch to. */
  following: () => Theme
  cycle: () => void
}

/**
 * Switch between light and dark, and remember it in this browser.
 *
 * The style sheets know both through `light-dark()`; all there is to do is to name one on the root.
 */
export function useTheme(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = localStorage,
  root: HTMLElement = document.documentElement,
): UseThemeReturn {
  const theme = ref<Theme>(stored(storage))
  apply()

  function apply(): void {
    if (theme.value === 'system') {
      delete root.dataset.theme
    } else {
      root.dataset.theme = theme.value
    }
  }

  function following(): Theme {
    return THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system'
  }

  function cycle(): void {
    theme.value = following()
    apply()
    try {
      if (theme.value === 'system') {
        storage.removeItem(KEY)
      } else {
        storage.setItem(KEY, theme.value)
      }
    } catch {
      // Storage may be full or forbidden; the choice then lasts until the page is left.
    }
  }

  return { theme: readonly(theme), following, cycle }
}

function stored(storage: Pick<Storage, 'getItem'>): Theme {
  try {
    const value = storage.getItem(KEY)
    return THEMES.find((theme) => theme === value) ?? 'system'
  } catch {
    return 'system'
  }
}
