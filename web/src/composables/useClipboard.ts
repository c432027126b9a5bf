import { onScopeDispose, readonly, ref, type Ref } from 'vue'

export type CopyStatus = 'idle' | 'copied' | 'failed'

export interface UseClipboardReturn {
  status: Readonly<Ref<CopyStatus>>
  copy: (text: string) => Promise<void>
}

/**
 * Copy text, and say for a moment that it worked.
 *
 * @param clipboard absent where the page is not a secure context (http on another host than loopback)
 */
export function useClipboard(
  clipboard: Pick<Clipboard, 'writeText'> | undefined = navigator.clipboard,
  shownMs = 2000,
): UseClipboardReturn {
  const status = ref<CopyStatus>('idle')
  let timer: ReturnType<typeof setTimeout> | undefined

  async function copy(text: string): Promise<void> {
    clearTimeout(timer)
    try {
      if (clipboard === undefined) {
        throw new Error('no clipboard in an insecure context')
      }
      await clipboard.writeText(text)
      status.value = 'copied'
    } catch {
      status.value = 'failed'
    }
    timer = setTimeout(() => {
      status.value = 'idle'
    }, shownMs)
  }

  onScopeDispose(() => clearTimeout(timer))

  return { status: readonly(status), copy }
}
