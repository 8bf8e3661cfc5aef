// Changes to the scripts of a page before they are shown. No change adds a line, so that errors have the lines of the files.

import { javascriptLanguage } from '@codemirror/lang-javascript'
import type { SyntaxNode } from '@lezer/common'

interface Insertion {
  at: number
  text: string
  /** removed after `at` */
  length?: number
}

const LOOP_CHECK = '__huimianLoop();' // defined by the frame

/**
 * Returns the script with a check in each loop, which ends one that does not end by itself: where the browser shows the
 * frame in the process of the room, it would freeze the room. `resolve` replaces the names of imported modules.
 */
export function prepareScript(text: string, resolve?: (specifier: string) => string | undefined): string {
  const tree = javascriptLanguage.parser.parse(text)
  const insertions: Insertion[] = []
  let isValid = true
  tree.iterate({
    enter: ({ type, node }) => {
      if (type.isError) isValid = false
      if (type.name === 'ForStatement' || type.name === 'WhileStatement') addLoopCheck(node.lastChild, insertions)
      else if (type.name === 'DoStatement') addLoopCheck(node.firstChild?.nextSibling ?? null, insertions)
      else if (resolve && type.name === 'String') addSpecifier(text, node, resolve, insertions)
    },
  })
  return isValid ? insertAll(text, insertions) : text // the browser reports the error
}

function addLoopCheck(body: SyntaxNode | null, insertions: Insertion[]): void {
  if (!body) return
  if (body.name === 'Block') insertions.push({ at: body.from + 1, text: LOOP_CHECK })
  else insertions.push({ at: body.from, text: `{${LOOP_CHECK}` }, { at: body.to, text: '}' })
}

function addSpecifier(text: string, node: SyntaxNode, resolve: (specifier: string) => string | undefined, insertions: Insertion[]): void {
  const parent = node.parent
  const isDynamic = parent?.name === 'ArgList' ? parent.prevSibling?.name === 'DynamicImport' || parent.prevSibling?.name === 'import' : parent?.name === 'DynamicImport'
  if (!isDynamic && parent?.name !== 'ImportDeclaration' && parent?.name !== 'ExportDeclaration') return
  const specifier = resolve(text.slice(node.from + 1, node.to - 1))
  if (specifier !== undefined) insertions.push({ at: node.from, length: node.to - node.from, text: JSON.stringify(specifier) })
}

function insertAll(text: string, insertions: Insertion[]): string {
  let result = ''
  let position = 0
  for (const { at, text: inserted, length = 0 } of insertions.sort((a, b) => a.at - b.at)) {
    result += text.slice(position, at) + inserted
    position = at + length
  }
  return result + text.slice(position)
}
