// Fails when the JavaScript that the first page loads is over budget, or when test code got into the bundle.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 160
const DIST = fileURLToPath(new URL('../dist', import.meta.url))

let html
try {
  html = readFileSync(path.join(DIST, 'index.html'), 'utf8')
} catch {
  console.error('There is no dist/index.html: run "npm run build" first.')
  process.exit(1)
}

const first = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, name]) => name)
const sizes = first.map((name) => [name, gzipSync(readFileSync(path.join(DIST, name))).length / 1024])
for (const [name, size] of sizes) console.log(`${size.toFixed(1).padStart(7)} kB  ${name}`)
const total = sizes.reduce((sum, [, size]) => sum + size, 0)
console.log(`${total.toFixed(1).padStart(7)} kB  JavaScript on first load, gzip (budget ${BUDGET_KB} kB)`)

const assets = readdirSync(path.join(DIST, 'assets')).filter((name) => name.endsWith('.js'))
const strays = assets.filter((name) => readFileSync(path.join(DIST, 'assets', name), 'utf8').includes('Reading src/recipes/list.tsx'))
if (strays.length) console.error(`The mock server is in the bundle: ${strays.join(', ')}`)
if (total > BUDGET_KB) console.error('Over budget: load something of it lazily.')
process.exit(strays.length || total > BUDGET_KB ? 1 : 0)
