// Composes the page that a frame shows from the files of an answer.

import { htmlLanguage } from '@codemirror/lang-html'
import type { SyntaxNode } from '@lezer/common'
import { prepareScript } from './script'

export interface PreviewFile {
  path: string
  text: string
}

/** Text, the address of a file, or the addresses of all modules. */
export type Part = string | { file: number } | { imports: true }

/** A file whose address is part of the page or of a later file. */
export interface PageFile {
  path: string
  type: string
  parts: Part[]
  /** name with which modules import it */
  specifier?: string
}

export interface Page {
  /** path of the HTML file */
  path: string
  page: Part[]
  files: PageFile[]
  /** names in the page that no file has */
  missing: string[]
}

interface Edit {
  from: number
  to: number
  part: Part
}

type Kind = 'style' | 'script' | 'module' | 'image'

const TYPES: Record<Kind, string> = { style: 'text/css', script: 'text/javascript', module: 'text/javascript', image: 'image/svg+xml' }
const EXTENSIONS: Partial<Record<Kind, RegExp>> = { image: /\.svg$/i }
const EXTERNAL = /^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i
const STYLE_REFERENCE = /@import\s+(?:url\(\s*)?(["']?)([^"')\s;]+)\1|url\(\s*(["']?)([^"')]+)\3\s*\)/gi

/** Composes the page of an HTML file. Names of other files are relative to the file that has them. */
export function composePage(files: readonly PreviewFile[], entry: string): Page {
  const composer = new Composer(files)
  const text = files.find(({ path }) => path === entry)?.text ?? ''
  const page = composer.composeHTML(text, entry)
  return { path: entry, page, files: composer.files, missing: [...composer.missing] }
}

class Composer {
  readonly files: PageFile[] = []
  readonly missing = new Set<string>()
  private readonly indexes = new Map<string, number | undefined>() // by kind and path; undefined while it is being added

  constructor(private readonly sources: readonly PreviewFile[]) {}

  composeHTML(text: string, path: string): Part[] {
    const edits: Edit[] = []
    let hasImports = false
    htmlLanguage.parser.parse(text).iterate({
      enter: ({ name, node }) => {
        if (name !== 'OpenTag' && name !== 'SelfClosingTag') return
        const tag = new Tag(text, node)
        const kind = kindOf(tag)
        if (kind === 'module' && !hasImports) {
          hasImports = true
          edits.push({ from: node.from, to: node.from, part: { imports: true } })
        }
        if (kind && tag.address) return this.addReference(tag.address, kind, path, edits)
        const to = node.parent?.getChild('CloseTag')?.from
        if (kind && tag.name === 'script' && to !== undefined) edits.push({ from: node.to, to, part: this.prepare(text.slice(node.to, to), kind, path) })
      },
    })
    return applyEdits(text, edits)
  }

  private addReference({ from, to, text }: Attribute, kind: Kind, path: string, edits: Edit[]): void {
    const file = this.addFile(text, kind, path)
    if (file !== undefined) edits.push({ from, to, part: { file } })
  }

  /** Adds the file of a name in another file. Undefined if the name is an address or no file has it. */
  private addFile(name: string, kind: Kind, from: string): number | undefined {
    const path = resolvePath(name, from)
    if (path === undefined || (EXTENSIONS[kind] && !EXTENSIONS[kind].test(path))) return undefined
    const source = this.sources.find((file) => file.path === path)
    if (!source) {
      this.missing.add(path)
      return undefined
    }
    const key = `${kind} ${path}`
    if (this.indexes.has(key)) return this.indexes.get(key)
    this.indexes.set(key, undefined)
    const parts = kind === 'style' ? this.composeStyle(source) : [kind === 'image' ? source.text : this.prepare(source.text, kind, path)]
    const index = this.files.push({ path, type: TYPES[kind], parts, ...(kind === 'module' && { specifier: specifierOf(path) }) }) - 1
    this.indexes.set(key, index)
    return index
  }

  private composeStyle({ path, text }: PreviewFile): Part[] {
    const edits: Edit[] = []
    for (const match of text.matchAll(STYLE_REFERENCE)) {
      const imported = match[2]
      const name = imported ?? match[4] ?? ''
      const from = match.index + match[0].lastIndexOf(name)
      const file = this.addFile(name.trim(), imported === undefined ? 'image' : 'style', path)
      if (file !== undefined) edits.push({ from, to: from + name.length, part: { file } })
    }
    return applyEdits(text, edits)
  }

  private prepare(text: string, kind: Kind | undefined, path: string): string {
    if (kind !== 'module') return prepareScript(text)
    return prepareScript(text, (specifier) => {
      if (!/^\.{0,2}\//.test(specifier)) return undefined
      this.addFile(specifier, 'module', path)
      const resolved = resolvePath(specifier, path)
      return resolved === undefined ? undefined : specifierOf(resolved)
    })
  }
}

interface Attribute {
  from: number
  to: number
  text: string
}

class Tag {
  readonly name: string
  private readonly attributes = new Map<string, Attribute>()

  constructor(text: string, node: SyntaxNode) {
    const read = (child: SyntaxNode | null) => (child ? text.slice(child.from, child.to) : '')
    this.name = read(node.getChild('TagName')).toLowerCase()
    for (const attribute of node.getChildren('Attribute')) {
      const quoted = attribute.getChild('AttributeValue')
      const value = quoted ?? attribute.getChild('UnquotedAttributeValue')
      const inset = quoted ? 1 : 0
      const range = value ? { from: value.from + inset, to: Math.max(value.from + inset, value.to - inset) } : { from: attribute.to, to: attribute.to }
      this.attributes.set(read(attribute.getChild('AttributeName')).toLowerCase(), { ...range, text: text.slice(range.from, range.to).trim() })
    }
  }

  read(attribute: string): string {
    return this.attributes.get(attribute)?.text.toLowerCase() ?? ''
  }

  /** The attribute with the name of a file. */
  get address(): Attribute | undefined {
    return this.attributes.get(this.name === 'link' ? 'href' : 'src')
  }
}

/** What the file of an element is; undefined for elements without one, and for scripts that are data. */
function kindOf(tag: Tag): Kind | undefined {
  switch (tag.name) {
    case 'link':
      return tag.read('rel').split(/\s+/).includes('stylesheet') ? 'style' : undefined
    case 'img':
      return 'image'
    case 'script':
      if (tag.read('type') === 'module') return 'module'
      return /^(?:(?:text|application)\/(?:java|ecma)script)?$/.test(tag.read('type')) ? 'script' : undefined
  }
}

const specifierOf = (path: string): string => `page:/${path}`

/** The path of a name in a file; undefined for an address. */
function resolvePath(name: string, from: string): string | undefined {
  if (name === '' || EXTERNAL.test(name)) return undefined
  const folders = name.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const part of decode(name.split(/[?#]/)[0] ?? '').split('/')) {
    if (part === '..') folders.pop()
    else if (part !== '' && part !== '.') folders.push(part)
  }
  return folders.join('/')
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function applyEdits(text: string, edits: Edit[]): Part[] {
  const parts: Part[] = []
  let position = 0
  for (const { from, to, part } of edits.sort((a, b) => a.from - b.from)) {
    parts.push(text.slice(position, from), part)
    position = to
  }
  parts.push(text.slice(position))
  return parts.filter((part) => part !== '')
}
