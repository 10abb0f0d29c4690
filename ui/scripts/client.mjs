// Writes src/client/schema.d.ts from the server's own OpenAPI document; with --check only says whether it is current.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import openapiTS, { astToString } from 'openapi-typescript'

const UI = fileURLToPath(new URL('..', import.meta.url))
const ROOT = path.join(UI, '..')
const TARGET = path.join(UI, 'src', 'client', 'schema.d.ts')
const HEADER = '/* Generated from the server\'s OpenAPI document by "npm run client". Not to be edited. */\n\n'

const venv = [path.join(ROOT, '.venv', 'bin', 'python'), path.join(ROOT, '.venv', 'Scripts', 'python.exe')]
const python = process.env.PYTHON ?? venv.find(existsSync) ?? 'python3'
const document = execFileSync(python, ['-m', 'server.openapi'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
const text = HEADER + astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }))
const current = existsSync(TARGET) ? readFileSync(TARGET, 'utf8') : ''

if (!process.argv.includes('--check')) {
  writeFileSync(TARGET, text)
  console.log(`Wrote ${path.relative(ROOT, TARGET)}.`)
} else if (text !== current) {
  console.error('src/client/schema.d.ts is not what the server offers: run "npm run client" and commit it.')
  process.exit(1)
} else {
  console.log('The client is current.')
}
