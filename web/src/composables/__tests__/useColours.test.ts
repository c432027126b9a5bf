import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { useColours } from '../useColours'

it('reads the style sheet’s colours again when light and dark change places', async () => {
  const root = document.documentElement
  const system = new EventTarget()
  vi.stubGlobal('matchMedia', () => system)
  root.style.setProperty('--ink', 'black')
  const wrapper = mount({ setup: () => ({ colours: useColours(['--ink']) }), template: '<p>{{ colours["--ink"] }}</p>' })
  expect(wrapper.text()).toBe('black')

  root.style.setProperty('--ink', 'white')
  system.dispatchEvent(new Event('change'))
  await nextTick()
  expect(wrapper.text()).toBe('white')

  root.style.setProperty('--ink', 'grey')
  root.dataset.theme = 'dark'
  await vi.waitFor(() => expect(wrapper.text()).toBe('grey'))
  wrapper.unmount()
})
