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
