// Prints the gzipped size of a first visit to each page, after `npm run build`,
// and fails when a list page needs more than the budget.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const budget = 180_000
const lists = ['overview', 'interviews', 'positions', 'candidates', 'questions', 'messages', 'settings']

const read = (name) => readFileSync(new URL(`dist/${name}`, import.meta.url))
const manifest = JSON.parse(read('.vite/manifest.json'))

/** The chunk's files with all static imports. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return []
  seen.add(key)
  const { file, css = [], imports = [] } = manifest[key]
  return [file, ...css, ...imports.flatMap((next) => filesOf(next, seen))]
}

const sizeOf = (files) => [...new Set(files)].reduce((sum, name) => sum + gzipSync(read(name)).length, 0)

// The files that every page needs: the entry and the default language.
const shared = ['index.html', ...filesOf('index.html'), ...filesOf('src/i18n/zh-CN.json')]
let over = 0
for (const key of Object.keys(manifest).sort()) {
  const page = /^src\/pages\/([^/]+)\/index\.tsx$/.exec(key)?.[1]
  if (!page) continue
  const size = sizeOf([...shared, ...filesOf(key)])
  const tooBig = lists.includes(page) && size > budget
  if (tooBig) over++
  console.log(`${page.padEnd(16)} ${(size / 1000).toFixed(1).padStart(6)} kB${tooBig ? `  more than ${budget / 1000} kB` : ''}`)
}
process.exitCode = over > 0 ? 1 : 0
