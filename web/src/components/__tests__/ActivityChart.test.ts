import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'

import { stats } from '../../../test/support'
import ActivityChart from '../ActivityChart.vue'

// There is no canvas here to draw on; what is to be drawn can be looked at.
vi.mock('vue-chartjs', () => ({
  Bar: defineComponent({ name: 'FakeBar', props: ['data', 'options'], template: '<canvas role="img" />' }),
}))

it('draws both numbers of every minute, and says in words what it draws', () => {
  const root = document.documentElement
  root.style.setProperty('--chart-allowed', 'teal')
  root.style.setProperty('--chart-refused', 'tomato')
  const wrapper = mount(ActivityChart, { props: { minutes: stats.minutes } })
  const { datasets } = wrapper.getComponent({ name: 'FakeBar' }).props('data')
  expect(datasets).toEqual([
    { label: 'Allowed', data: [2, 3], backgroundColor: 'teal' },
    { label: 'Refused', data: [1, 0], backgroundColor: 'tomato' },
  ])
  expect(wrapper.get('canvas').attributes('aria-label')).toBe(
    'Bar chart: 5 allowed and 1 refused in 2 minutes. The table has the numbers.',
  )
  wrapper.unmount()
})
