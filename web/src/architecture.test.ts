import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const src = import.meta.dirname
const e2e = join(src, '../e2e')

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}

const files = [...sourceFiles(src), ...sourceFiles(e2e)]
const fileSet = new Set(files)

function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('@/') && !specifier.startsWith('.')) return undefined
  const base = specifier.startsWith('@/') ? join(src, specifier.slice(2)) : resolve(from, '..', specifier)
  return [base, `${base}.ts`, `${base}.tsx`, join(base, 'index.ts'), join(base, 'index.tsx')].find((path) => fileSet.has(path))
}

/** The project's files that a file imports: statements, type-only imports and import() expressions. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true)
  return importedFiles.flatMap(({ fileName }) => resolveImport(file, fileName) ?? [])
}

/** The first cycle found by depth-first search, as paths relative to web/, or undefined. */
function findCycle(graph: ReadonlyMap<string, string[]>): string[] | undefined {
  const finished = new Set<string>()
  const path: string[] = []
  function visit(file: string): string[] | undefined {
    if (finished.has(file)) return undefined
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    path.push(file)
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next)
      if (cycle) return cycle
    }
    path.pop()
    finished.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const cycle = visit(file)
    if (cycle) return cycle.map((name) => relative(join(src, '..'), name))
  }
  return undefined
}

describe('imports', () => {
  const graph = new Map(files.map((file) => [file, importsOf(file)]))

  it('resolve to project files', () => {
    expect(graph.get(join(src, 'routes.tsx'))).toContain(join(src, 'app/pages.ts'))
    expect(graph.get(join(src, 'app/pages.ts'))).toContain(join(src, 'pages/settings/index.tsx'))
  })

  it('form no cycle: move what two files share into a third', () => {
    expect(findCycle(graph)).toBeUndefined()
  })
})

describe('code map in README.md', () => {
  const readme = readFileSync(join(src, '../README.md'), 'utf8')

  it('has one row for each folder in src', () => {
    const folders = readdirSync(src, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `src/${name}`)
    const rows = [...readme.matchAll(/^\| `(src\/[^`]+)` \|/gm)].map(([, folder]) => folder)
    expect(rows.sort()).toEqual(folders.sort())
  })

  it('mentions only files and folders that exist', () => {
    const paths = [...readme.matchAll(/`((?:src|e2e)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(paths.length).toBeGreaterThan(0)
    expect(paths.filter((path) => !existsSync(join(src, '..', path)))).toEqual([])
  })

  it('names existing start files', () => {
    const rows = [...readme.matchAll(/^\| `(src\/[^`]+)` \|.*\| ([^|]+) \|$/gm)]
    const starts = rows.flatMap(([, folder = '', cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => `${folder}/${file}`))
    expect(starts.length).toBeGreaterThanOrEqual(rows.length)
    expect(starts.filter((path) => !existsSync(join(src, '..', path)))).toEqual([])
  })
})
