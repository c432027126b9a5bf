// @vitest-environment node
import { readFile } from 'node:fs/promises'

import { expect, it } from 'vitest'

import { typesFromSchema } from '../../../scripts/types-from-schema.mjs'

it('types.ts says what schema.json says', async () => {
  const schema = JSON.parse(await readFile(new URL('../schema.json', import.meta.url), 'utf8'))
  const types = await readFile(new URL('../types.ts', import.meta.url), 'utf8')
  expect(types, 'types.ts is stale: run `npm run types`').toBe(await typesFromSchema(schema))
})
