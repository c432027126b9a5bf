import { compile } from 'json-schema-to-typescript'

const BANNER = `// Generated from schema.json by \`npm run types\`. Change the API's schemas, not this file.`

/**
 * Compile the API's schema document to TypeScript.
 *
 * @param {Record<string, unknown>} schema the document of \`python -m crossguard.console schema\`; it is not changed
 * @returns {Promise<string>} a module that exports one type for each entry of \`$defs\`
 */
export async function typesFromSchema(schema) {
  return compile(/** @type {import('json-schema-to-typescript').JSONSchema} */ (structuredClone(schema)), 'Api', {
    additionalProperties: false,
    bannerComment: BANNER,
    enableConstEnums: false,
    format: true,
    style: { printWidth: 110, semi: false, singleQuote: true },
    unreachableDefinitions: true,
  })
}
