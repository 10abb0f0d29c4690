// Where "@/x" and "./x" live, for eslint-plugin-boundaries. The TypeScript resolver from npm would do it too, but it
// brings native bindings for every platform, and those are what makes `npm ci` fail where one of them is missing.
const fs = require('node:fs')
const path = require('node:path')

const SRC = path.join(__dirname, '..', 'src')
const ENDINGS = ['', '.ts', '.tsx', '.css', '/index.ts', '/index.tsx']

exports.interfaceVersion = 2

exports.resolve = (source, file) => {
  const base = source.startsWith('@/')
    ? path.join(SRC, source.slice(2))
    : source.startsWith('.')
      ? path.resolve(path.dirname(file), source)
      : null
  if (base === null) return { found: false }
  const hit = ENDINGS.map((ending) => base + ending).find((name) => fs.existsSync(name) && fs.statSync(name).isFile())
  return hit === undefined ? { found: false } : { found: true, path: hit }
}
