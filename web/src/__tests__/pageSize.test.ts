import { expect, it } from 'vitest'

import { pageSize } from '@/pageSize'

const screen = (matches: boolean) => (() => ({ matches })) as unknown as typeof matchMedia

it('is smaller where rows are cards', () => {
  expect(pageSize(20, 8, screen(false))).toBe(20)
  expect(pageSize(20, 8, screen(true))).toBe(8)
})
