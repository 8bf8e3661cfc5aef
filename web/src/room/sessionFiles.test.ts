// @vitest-environment jsdom

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FileList } from './protocol'
import { RoomSession } from './session'
import { FakeSocket } from './socket.testing'
import { initialSnapshot, shownFile } from './store'
import { welcomeMessage } from './welcome.testing'

// jsdom has no layout, but the editor calls getClientRects.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList

let socket: FakeSocket
let notices: string[]
let session: RoomSession

function joinRoom(greeting = welcomeMessage()): void {
  socket.onopen?.()
  socket.receive(greeting)
}

beforeEach(() => {
  vi.useFakeTimers()
  notices = []
  session = new RoomSession({
    createSocket: () => (socket = new FakeSocket()),
    checkAccess: () => Promise.resolve(undefined),
    labels: { code: 'code', notes: 'notes', notesHint: 'hint' },
    onNotice: (code) => notices.push(code),
  })
  session.connect()
})

afterEach(() => {
  session.close()
  vi.useRealTimers()
})

describe('answers', () => {
  it('have files: a new one is shown, its edits are pushed, and a deleted one goes with its unsaved text', async () => {
    joinRoom()
    const named: FileList = { entry: 'code', files: [{ doc: 'code', path: 'main.py' }, { doc: 'code/f1', path: 'lib/util.py' }] }
    session.createFiles([{ path: 'lib/util.py' }])
    expect(socket.sentOfType('file_create').at(-1)).toMatchObject({ answer: 'code', files: [{ path: 'lib/util.py' }] })
    socket.receive({ type: 'files', answer: 'code', by: 'zhangwei', language: 'python', files: named, documents: [{ doc: 'code/f1', version: 0, head: 0, text: '' }] })
    expect(shownFile(session.store.getSnapshot())).toBe('code/f1')
    const { view } = session.openFile('code/f1').editor
    view.dispatch({ changes: { from: 0, insert: 'x = 1' } })
    vi.advanceTimersByTime(30)
    const push = socket.sentOfType('push').at(-1)
    expect(push).toMatchObject({ doc: 'code/f1', version: 0 })

    const run = session.runCode() // waits for the edits of all files
    expect(socket.sentOfType('run')).toEqual([])
    socket.receive({ type: 'ack', doc: 'code/f1', clientId: push?.clientId ?? '', seq: 1, version: 0, count: 1 })
    await run
    expect(socket.sentOfType('run').at(-1)).toMatchObject({ doc: 'code', version: 2 })

    view.dispatch({ changes: { from: 0, insert: 'unsaved ' } })
    socket.receive({ type: 'files', answer: 'code', by: 'other', language: 'python', files: { entry: 'code', files: [{ doc: 'code', path: 'main.py' }] } })
    expect(shownFile(session.store.getSnapshot())).toBe('code')
    expect(session.store.getSnapshot().droppedText).toMatchObject({ doc: 'code/f1', text: 'unsaved x = 1' })
  })

  it('have a limit of all files together', () => {
    joinRoom(welcomeMessage({
      files: { entry: 'code', files: [{ doc: 'code', path: 'main.py' }, { doc: 'code/f1', path: 'a.txt' }] },
      documents: [{ doc: 'code', version: 0, head: 0, text: '' }, { doc: 'code/f1', version: 0, head: 0, text: 'x'.repeat(8) }, { doc: 'notes', version: 0, head: 0, text: '' }],
      limits: { ...initialSnapshot.limits, fileUnits: 10 },
    }))
    for (const insert of ['ab', 'c']) session.answer.editor.view.dispatch({ changes: { from: 0, insert }, userEvent: 'input.type' })
    expect(session.answer.editor.state.doc.toString()).toBe('ab')
    expect(notices).toContain('too_large')
  })
})

describe('pages', () => {
  const question = { id: 'q1', title: '计数器', body: '', starter: { html: '<h1>', css: 'h1 {}', javascript: 'f()' } }
  const answer = 'code:q1' as const

  function showPage(files: FileList = { entry: answer, files: [{ doc: answer }] }): void {
    joinRoom()
    session.setProblem('q1')
    socket.receive({ type: 'problem', question, by: 'zhangwei', language: 'html', document: { doc: answer, version: 0, head: 0, text: '' }, files })
  }

  it('start with the files of the starter code, and have a preview instead of runs', async () => {
    showPage()
    expect(session.answer.editor.state.doc.toString()).toBe('<h1>')
    expect(socket.sentOfType('file_create')).toMatchObject([{ answer, files: [{ path: 'style.css', text: 'h1 {}' }, { path: 'script.js', text: 'f()' }] }])
    const named: FileList = { entry: answer, files: [{ doc: answer, path: 'index.html' }, { doc: `${answer}/f1`, path: 'style.css' }] }
    const reasons: string[] = []
    session.preview.subscribe((reason) => reasons.push(reason))
    socket.receive({ type: 'files', answer, by: 'zhangwei', language: 'html', files: named, documents: [{ doc: `${answer}/f1`, version: 1, head: 1, text: 'h1 {}' }] })
    expect(shownFile(session.store.getSnapshot())).toBe(answer)
    expect(session.preview.read()).toMatchObject({ entry: 'index.html', files: [{ path: 'index.html', text: '<h1>' }, { path: 'style.css', text: 'h1 {}' }] })
    reasons.length = 0
    const renamed: FileList = { ...named, files: [{ doc: answer, path: 'index.html' }, { doc: `${answer}/f1`, path: 'main.css' }] }
    socket.receive({ type: 'files', answer, by: 'other', language: 'html', files: renamed })
    expect(session.preview.read()?.files.at(-1)).toMatchObject({ path: 'main.css' })
    expect(reasons).toEqual(['change'])
    await session.runCode()
    expect(reasons.at(-1)).toBe('request')
    expect(socket.sentOfType('run')).toEqual([])
  })

  it('get the starter code again in the files that exist', () => {
    showPage()
    const named: FileList = { entry: answer, files: [{ doc: answer, path: 'index.html' }, { doc: `${answer}/f1`, path: 'style.css' }] }
    socket.receive({ type: 'files', answer, by: 'zhangwei', language: 'html', files: named, documents: [{ doc: `${answer}/f1`, version: 1, head: 1, text: 'changed' }] })
    session.starter.replace('html')
    expect(session.openFile(`${answer}/f1`).editor.state.doc.toString()).toBe('h1 {}')
    expect(socket.sentOfType('file_create').at(-1)?.files).toEqual([{ path: 'script.js', text: 'f()' }])
  })

  it('start with a skeleton without starter code', () => {
    joinRoom({ ...welcomeMessage(), documents: [{ doc: 'code', version: 0, head: 0, text: '' }] })
    session.setLanguage('html')
    socket.receive({ type: 'language', doc: 'code', language: 'html', by: 'zhangwei' })
    expect(session.answer.editor.state.doc.toString()).toContain('<script src="script.js">')
    expect(socket.sentOfType('file_create').at(-1)?.files.map(({ path }) => path)).toEqual(['style.css', 'script.js'])
  })
})
