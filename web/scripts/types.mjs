// Writes src/api/types.ts from src/api/schema.json.
// The schema is the API's own word: `python -m crossguard.console schema > src/api/schema.json`.
import { readFile, writeFile } from 'node:fs/promises'

import { typesFromSchema } from './types-from-schema.mjs'

const schemaFile = new URL('../src/api/schema.json', import.meta.url)
const typesFile = new URL('../src/api/types.ts', import.meta.url)

await writeFile(typesFile, await typesFromSchema(JSON.parse(await readFile(schemaFile, 'utf8'))))
