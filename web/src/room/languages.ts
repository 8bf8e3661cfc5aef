// Grammar and indentation for the languages of the server's list. Each grammar is a chunk of its
// own, loaded when the language is selected.

import { indentUnit, StreamLanguage, type StreamParser } from '@codemirror/language'
import type { Extension } from '@codemirror/state'

interface Grammar {
  indent: string
  load: () => Promise<Extension>
}

const legacyMode = (load: () => Promise<StreamParser<unknown>>) => async () => StreamLanguage.define(await load())

const loadCpp = () => import('@codemirror/lang-cpp').then((m) => m.cpp())

const grammars: Record<string, Grammar> = {
  python: { indent: '    ', load: () => import('@codemirror/lang-python').then((m) => m.python()) },
  javascript: { indent: '  ', load: () => import('@codemirror/lang-javascript').then((m) => m.javascript()) },
  typescript: {
    indent: '  ',
    load: () => import('@codemirror/lang-javascript').then((m) => m.javascript({ typescript: true })),
  },
  java: { indent: '    ', load: () => import('@codemirror/lang-java').then((m) => m.java()) },
  go: { indent: '\t', load: () => import('@codemirror/lang-go').then((m) => m.go()) },
  rust: { indent: '    ', load: () => import('@codemirror/lang-rust').then((m) => m.rust()) },
  c: { indent: '    ', load: loadCpp },
  cpp: { indent: '    ', load: loadCpp },
  html: { indent: '  ', load: () => import('@codemirror/lang-html').then((m) => m.html()) },
  css: { indent: '  ', load: () => import('@codemirror/lang-css').then((m) => m.css()) },
  ruby: { indent: '  ', load: legacyMode(() => import('@codemirror/legacy-modes/mode/ruby').then((m) => m.ruby)) },
  perl: { indent: '    ', load: legacyMode(() => import('@codemirror/legacy-modes/mode/perl').then((m) => m.perl)) },
  lua: { indent: '  ', load: legacyMode(() => import('@codemirror/legacy-modes/mode/lua').then((m) => m.lua)) },
  shell: { indent: '  ', load: legacyMode(() => import('@codemirror/legacy-modes/mode/shell').then((m) => m.shell)) },
  tcl: { indent: '    ', load: legacyMode(() => import('@codemirror/legacy-modes/mode/tcl').then((m) => m.tcl)) },
}

const languageAliases: Record<string, string> = {
  python3: 'python',
  node: 'javascript',
  js: 'javascript',
  ts: 'typescript',
  golang: 'go',
  'c++': 'cpp',
  bash: 'shell',
  sh: 'shell',
}

/** A language without a grammar is edited as plain text. */
export async function languageSupport(id: string): Promise<Extension> {
  const grammar = grammars[languageAliases[id] ?? id]
  if (!grammar) return indentUnit.of('    ')
  return [await grammar.load(), indentUnit.of(grammar.indent)]
}
