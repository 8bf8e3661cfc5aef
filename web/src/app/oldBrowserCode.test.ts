import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformWithEsbuild } from 'vite'
import { describe, expect, it } from 'vitest'

const src = join(import.meta.dirname, '..')
const checkScript = readFileSync(join(src, '../public/browser-check.js'), 'utf8')

describe('code for old browsers', () => {
  it('is ECMAScript 5 in browser-check.js', async () => {
    await expect(transformWithEsbuild('const x = 1', 'x.js', { target: 'es5' })).rejects.toThrow()
    await transformWithEsbuild(checkScript, 'browser-check.js', { target: 'es5' })
  })

  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })

  it('has no top-level await, which leaves a white page', () => {
    const awaits = files.filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && /^(?:export .*)?await /m.test(readFileSync(join(src, name), 'utf8')))
    expect(awaits).toEqual([])
  })

  it('has a fallback before each dvh', () => {
    const missing: string[] = []
    for (const name of files.filter((name) => name.endsWith('.css'))) {
      const lines = readFileSync(join(src, name), 'utf8').split('\n')
      lines.forEach((line, index) => {
        if (line.includes('dvh') && lines[index - 1] !== line.replace('dvh', 'vh')) missing.push(`${name}: ${line.trim()}`)
      })
    }
    expect(missing).toEqual([])
  })
})
