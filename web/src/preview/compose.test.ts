import { describe, expect, it } from 'vitest'
import { composePage, type Page, type PreviewFile } from './compose'
import { prepareScript } from './script'

/** The page with [0] for the address of file 0 and [modules] for those of the modules. */
function textOf({ page }: Pick<Page, 'page'>): string {
  return page.map((part) => (typeof part === 'string' ? part : 'file' in part ? `[${part.file}]` : '[modules]')).join('')
}

function compose(html: string, files: Record<string, string> = {}, entry = 'index.html'): Page {
  const list: PreviewFile[] = Object.entries({ [entry]: html, ...files }).map(([path, text]) => ({ path, text }))
  return composePage(list, entry)
}

const filesOf = ({ files }: Page) => files.map(({ path, type, parts }) => [path, type, textOf({ page: parts })])

describe('composePage', () => {
  it('replaces names of files by their addresses, and keeps the lines', () => {
    const html = '<!doctype html>\n<link rel="stylesheet" href="style.css">\n<img src=./icons/a.svg alt="">\n<script src=\'script.js\' defer></script>\n'
    const page = compose(html, { 'style.css': 'p { color: red }', 'icons/a.svg': '<svg/>', 'script.js': 'f()' })
    expect(textOf(page)).toBe('<!doctype html>\n<link rel="stylesheet" href="[0]">\n<img src=[1] alt="">\n<script src=\'[2]\' defer></script>\n')
    expect(filesOf(page)).toEqual([
      ['style.css', 'text/css', 'p { color: red }'],
      ['icons/a.svg', 'image/svg+xml', '<svg/>'],
      ['script.js', 'text/javascript', 'f()'],
    ])
    expect(page.missing).toEqual([])
  })

  it('leaves addresses, data and other elements alone', () => {
    const html = '<link rel="icon" href="a.svg"><link rel="stylesheet" href="https://example.com/a.css"><img src="data:,x"><img src="photo.png"><script src="//cdn.example.com/x.js"></script><a href="a.svg">a</a><!-- <script src="a.js"></script> --><script type="text/template"><img src="b.svg"></script>'
    const page = compose(html, { 'a.svg': '', 'a.js': '', 'b.svg': '', 'photo.png': '' })
    expect(textOf(page)).toBe(html)
    expect(page.files).toEqual([])
  })

  it('reports names that no file has, once', () => {
    const page = compose('<script src="a.js"></script><script src="/a.js"></script><link rel=stylesheet href="css/../b.css?v=1">', { 'A.js': '' })
    expect(page.missing).toEqual(['a.js', 'b.css'])
  })

  it('resolves names in folders, and those of files in style sheets', () => {
    const files = { 'css/main.css': '@import "base.css";\n@import url(../more.css);\np { background: url( "../img/a%20b.svg" ) }\nq { background: url(data:,x) }', 'css/base.css': '@import "main.css";', 'more.css': 'b {}', 'img/a b.svg': '<svg/>' }
    const page = compose('<link rel="stylesheet" href="../css/main.css">', files, 'pages/index.html')
    expect(textOf(page)).toBe('<link rel="stylesheet" href="[3]">')
    expect(filesOf(page)).toEqual([
      ['css/base.css', 'text/css', '@import "main.css";'], // a circle ends here
      ['more.css', 'text/css', 'b {}'],
      ['img/a b.svg', 'image/svg+xml', '<svg/>'],
      ['css/main.css', 'text/css', '@import "[0]";\n@import url([1]);\np { background: url( "[2]" ) }\nq { background: url(data:,x) }'],
    ])
  })

  it('gives modules names that do not depend on their addresses', () => {
    const files = { 'js/app.js': "import { a } from './lib/a.js'\nexport * from \"../b.js\"\nimport('./lib/a.js')\nimport React from 'react'", 'js/lib/a.js': "import '/js/app.js'\nexport const a = 1", 'b.js': '' }
    const page = compose('<script>let x</script>\n<script type="module" src="js/app.js"></script><script type="module">import "./b.js"</script>', files)
    expect(textOf(page)).toBe('<script>let x</script>\n[modules]<script type="module" src="[2]"></script><script type="module">import "page:/b.js"</script>')
    expect(page.files.map(({ path, specifier, parts }) => [path, specifier, textOf({ page: parts })])).toEqual([
      ['js/lib/a.js', 'page:/js/lib/a.js', 'import "page:/js/app.js"\nexport const a = 1'],
      ['b.js', 'page:/b.js', ''],
      ['js/app.js', 'page:/js/app.js', 'import { a } from "page:/js/lib/a.js"\nexport * from "page:/b.js"\nimport("page:/js/lib/a.js")\nimport React from \'react\''],
    ])
  })

  it('checks loops of scripts in the page', () => {
    expect(textOf(compose('<button onclick="f()">b</button><script>while (true) {}</script>'))).toBe('<button onclick="f()">b</button><script>while (true) {__huimianLoop();}</script>')
  })

  it('shows an empty page for an empty file', () => {
    expect(compose('')).toEqual({ path: 'index.html', page: [], files: [], missing: [] })
  })
})

describe('prepareScript', () => {
  it.each([
    ['for (const a of b) { c() }', 'for (const a of b) {__huimianLoop(); c() }'],
    ['for (;;);', 'for (;;){__huimianLoop();;}'],
    ['do x()\nwhile (y)', 'do {__huimianLoop();x()}\nwhile (y)'],
    ['while (a) b++ // c\nd()', 'while (a) {__huimianLoop();b++} // c\nd()'],
    ['for (;;) for (;;) x()', 'for (;;) {__huimianLoop();for (;;) {__huimianLoop();x()}}'],
    ['outer: for (const a in b) if (a) continue outer; else break', 'outer: for (const a in b) {__huimianLoop();if (a) continue outer; else break}'],
    ['const f = () => { while (1) { g`${h}` } }', 'const f = () => { while (1) {__huimianLoop(); g`${h}` } }'],
    ['"while (1) {}" // for (;;) {}', '"while (1) {}" // for (;;) {}'],
  ])('adds a check to the loops of %j', (text, expected) => {
    expect(prepareScript(text)).toBe(expected)
  })

  it('leaves a script with an error alone, which the browser reports', () => {
    expect(prepareScript('while (true) { )')).toBe('while (true) { )')
  })
})
