import type { Cause } from './cause'
import type { Dismissed } from './dismissed'
import styles from './overlay.css?inline'
import type { Entry } from './watch'

export interface Overlay {
  show: (entries: readonly Entry[]) => void
}

interface Shown {
  entry: Entry
  cause: Cause
}

/** Milliseconds for which "Copied" stays. */
const SHOWN = 2000

/**
 * A small panel that says what stopped the page, in a shadow root, so that neither's styles reach the other.
 *
 * It takes no focus. It is a dialog that stays beside the page: the page goes on behind it. Its words are
 * said to a screen reader by a live region, once for each cause.
 */
export function createOverlay(window: Window & typeof globalThis, dismissed: Dismissed, all: string): Overlay {
  const { document } = window
  let shown: readonly Shown[] = []
  let place = 0
  let parts: ReturnType<typeof build> | null = null

  function element<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    attributes: Record<string, string> = {},
    ...children: readonly (Node | string)[]
  ): HTMLElementTagNameMap[Name] {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value)
    }
    made.append(...children)
    return made
  }

  function build() {
    const host = element('crossguard-overlay' as 'div')
    const root = host.attachShadow({ mode: 'open' })
    const sheet = new window.CSSStyleSheet()
    sheet.replaceSync(styles)
    root.adoptedStyleSheets = [sheet]
    const panel = element('section', { role: 'dialog', 'aria-labelledby': 'title', 'aria-describedby': 'why', hidden: '' })
    const live = element('p', { role: 'status', class: 'live' })
    root.append(panel, live)
    // Beside the body and not in it: frameworks own what is in the body.
    document.documentElement.append(host)
    window.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !panel.hidden) {
        dismiss()
      }
    })
    return { host, root, panel, live }
  }

  function dismiss(): void {
    for (const { cause, entry } of shown) {
      dismissed.add(cause.code, entry.failure.url)
    }
    shown = []
    render()
  }

  function copyButton(text: string, what: string): HTMLButtonElement {
    const button = element('button', { type: 'button', 'aria-label': `Copy ${what}` }, 'Copy')
    button.addEventListener('click', async () => {
      const copied = await copy(window, text, parts?.root ?? null)
      button.textContent = copied ? 'Copied' : 'Select and copy'
      if (parts !== null) {
        parts.live.textContent = copied ? 'Copied' : 'The browser refused to copy; select the text instead'
      }
      window.setTimeout(() => (button.textContent = 'Copy'), SHOWN)
    })
    return button
  }

  function code(text: string, what: string): HTMLElement {
    // A long line scrolls, and what scrolls must be in reach of the keyboard.
    return element('div', { class: 'code' }, element('pre', { tabindex: '0', role: 'group', 'aria-label': what }, text), copyButton(text, what))
  }

  function content({ entry, cause }: Shown): Node[] {
    const { method, url } = entry.failure
    const close = element('button', { type: 'button', class: 'close', 'aria-label': 'Dismiss' }, '✕')
    close.addEventListener('click', dismiss)
    const title = element('h2', { id: 'title' }, `${method} ${url.replace(/\?.*/, '').slice(0, 300)}`)
    const badge = element('p', { class: 'code-name' }, cause.code)
    if (entry.count > 1) {
      badge.append(element('span', { class: 'count' }, ` ${entry.count} times`))
    }
    const nodes: Node[] = [element('header', {}, title, close), badge, element('p', { id: 'why' }, cause.why)]
    if (cause.fix !== '') {
      nodes.push(element('h3', {}, 'The fix'), code(cause.fix, 'the fix'))
    }
    if (cause.proof !== '') {
      nodes.push(element('p', { class: 'proof' }, cause.proof))
    }
    if (cause.hints.length > 0) {
      const more = element('details', {}, element('summary', {}, 'Also worth knowing'))
      for (const hint of cause.hints) {
        more.append(element('p', {}, hint.text))
        if (hint.fix !== '') {
          more.append(code(hint.fix, 'what to do about it'))
        }
      }
      nodes.push(more)
    }
    nodes.push(footer(cause))
    return nodes
  }

  function footer(cause: Cause): HTMLElement {
    const links = element('footer')
    if (cause.address !== '') {
      links.append(outside(cause.address, `About ${cause.code}`))
    }
    if (all !== '') {
      links.append(outside(all, 'All requests'))
    }
    if (shown.length > 1) {
      const next = element('button', { type: 'button' }, `Next (${place + 1} of ${shown.length})`)
      next.addEventListener('click', () => {
        place = (place + 1) % shown.length
        render()
        parts?.panel.querySelector<HTMLElement>('footer button')?.focus()
      })
      links.append(next)
    }
    return links
  }

  function outside(href: string, text: string): HTMLAnchorElement {
    return element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text)
  }

  function render(): void {
    const now = shown[place] ?? shown[0]
    if (now === undefined) {
      if (parts !== null) {
        // The focus, if it was here, goes back to the page by itself.
        parts.panel.hidden = true
        parts.panel.replaceChildren()
        parts.live.textContent = ''
      }
      return
    }
    parts ??= build()
    if (!parts.host.isConnected) {
      document.documentElement.append(parts.host)
    }
    // A person may be about to press a button: only what has changed is made anew.
    parts.panel.replaceChildren(...content(now))
    if (parts.panel.hidden) {
      parts.panel.hidden = false
    }
    const said = `crossguard: ${now.cause.code}. ${now.cause.why}`
    if (parts.live.textContent !== said) {
      parts.live.textContent = said
    }
  }

  function sameText(one: Shown | undefined, other: Shown | undefined): boolean {
    return one?.entry.key === other?.entry.key && one?.cause === other?.cause
  }

  function show(entries: readonly Entry[]): void {
    const current = shown[place]
    const before = shown.length
    shown = entries.flatMap((entry) => {
      const { cause, failure } = entry
      return cause === null || dismissed.has(cause.code, failure.url) ? [] : [{ entry, cause }]
    })
    // What a person is reading stays, also when another call fails meanwhile.
    place = Math.max(0, shown.findIndex(({ entry }) => entry.key === current?.entry.key))
    if (parts !== null && !parts.panel.hidden && sameText(current, shown[place]) && before === shown.length) {
      const count = parts.panel.querySelector('.code-name')
      const { entry, cause } = shown[place] as Shown
      count?.replaceChildren(cause.code, entry.count > 1 ? element('span', { class: 'count' }, ` ${entry.count} times`) : '')
      return
    }
    render()
  }

  return {
    show(entries) {
      // Before its end a page has no body yet, and the parser would put it behind the panel.
      if (document.readyState === 'loading') {
        document.addEventListener('DOMContentLoaded', () => show(entries), { once: true })
      } else {
        show(entries)
      }
    },
  }
}

async function copy(window: Window, text: string, root: ShadowRoot | null): Promise<boolean> {
  try {
    await window.navigator.clipboard.writeText(text)
    return true
  } catch {
    // No clipboard in an insecure context, such as http on another host than this machine.
    const pre = [...(root?.querySelectorAll('pre') ?? [])].find(({ textContent }) => textContent === text)
    if (pre !== undefined) {
      window.getSelection()?.selectAllChildren(pre)
    }
    return false
  }
}
