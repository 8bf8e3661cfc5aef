// @vitest-environment jsdom

import { undo } from '@codemirror/commands'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AnswerName, FileList, ServerMessageOf, ServerMessage } from './protocol'
import { CopyLog } from './pasteOrigin'
import { RoomSession } from './session'
import { FakeSocket } from './socket.testing'
import { welcomeMessage } from './welcome.testing'

// jsdom has no layout, but the editor calls getClientRects.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList

let sockets: FakeSocket[]
let notices: string[]
let session: RoomSession

const lastSocket = () => sockets.at(-1) as FakeSocket
const candidate = { id: 'candidate:1', name: '李雷', role: 'candidate' as const, color: 1 }
const candidateWelcome = (): ServerMessageOf<'welcome'> => ({
  ...welcomeMessage({ you: { ...candidate, can: ['edit', 'run', 'language', 'chat'] } }),
  answer: 'code',
  documents: [{ doc: 'code', version: 2, head: 2, text: 'print(1)\n' }],
  questions: undefined,
  runs: [],
})

function joinRoom(greeting: ServerMessage = welcomeMessage()): void {
  lastSocket().onopen?.()
  lastSocket().receive(greeting)
}

function typeText(text: string): void {
  const { view } = session.answer.editor
  view.dispatch({ changes: { from: view.state.doc.length, insert: text }, userEvent: 'input.type' })
}

function acknowledgePush(): void {
  const push = lastSocket().sentOfType('push').at(-1)
  if (!push) throw new Error('nothing was pushed')
  const { doc, clientId, seq, version, updates } = push
  lastSocket().receive({ type: 'ack', doc, clientId, seq, version, count: updates.length })
}

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  sockets = []
  notices = []
  session = new RoomSession({
    createSocket: () => {
      sockets.push(new FakeSocket())
      return lastSocket()
    },
    checkAccess: () => Promise.resolve(undefined),
    labels: { code: 'code', notes: 'notes', notesHint: 'hint' },
    onNotice: (code) => notices.push(code),
  })
  session.connect()
})

afterEach(() => {
  session.close()
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
})

/** An answer of one file without a name of its own. */
const oneFile = (doc: AnswerName): FileList => ({ entry: doc, files: [{ doc }] })

describe('documents', () => {
  it('show the welcome text and push edits', () => {
    joinRoom()
    expect(session.answer.editor.state.doc.toString()).toBe("print(1)\nprint('😀')\n")
    typeText('x')
    vi.advanceTimersByTime(30)
    expect(lastSocket().sentOfType('push')).toMatchObject([{ doc: 'code', version: 2, seq: 1, updates: [{ event: 'input.type' }] }])
    expect(session.store.getSnapshot().unsavedCount).toBe(1)
    acknowledgePush()
    expect(session.store.getSnapshot().unsavedCount).toBe(0)
  })

  it('resend unacknowledged pushes unchanged after a reconnect', () => {
    joinRoom()
    typeText('x')
    vi.advanceTimersByTime(30)
    const before = lastSocket().sentOfType('push')
    lastSocket().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(1_000)
    joinRoom({ ...welcomeMessage(), documents: [{ doc: 'code', version: 2, head: 2, resume: true }] })
    expect(lastSocket().sent[0]).toMatchObject({ type: 'hello', documents: [{ doc: 'code', version: 2 }, { doc: 'notes', version: 0 }] })
    expect(lastSocket().sentOfType('push')).toEqual(before)
  })

  it('are read-only without permission, and candidates have no notes', () => {
    joinRoom(candidateWelcome())
    expect(session.answer.editor.state.readOnly).toBe(false)
    expect(session.notes.editor.state.readOnly).toBe(true)
    expect(session.notes.sync.resumePoint()).toBeUndefined()
    lastSocket().receive({ type: 'state', state: 'ended', extensionsLeft: 4, can: [] })
    expect(session.answer.editor.state.readOnly).toBe(true)
    expect(session.store.getSnapshot().connection).toBe('ended')
  })

  it('belong to the question: text, language and undo return with it', () => {
    joinRoom()
    const question = { id: 'q1', title: '两数之和', body: '', starter: { python: 'def two_sum(): ...', go: 'func TwoSum() {}' } }
    const show = (change: Partial<ServerMessageOf<'problem'>>, by = 'zhangwei') => {
      const document = change.document ?? { doc: 'code:q1' as const, version: 0, head: 0, text: '' }
      lastSocket().receive({ type: 'problem', question, by, language: 'python', document, files: oneFile(document.doc), ...change })
    }
    session.setProblem('q1')
    show({})
    expect(session.answer.editor.state.doc.toString()).toBe('def two_sum(): ...') // a new answer starts with the starter code
    expect(session.store.getSnapshot()).toMatchObject({ answer: 'code:q1', questions: expect.arrayContaining([question]) as unknown })
    vi.advanceTimersByTime(30)
    expect(lastSocket().sentOfType('push').at(-1)).toMatchObject({ doc: 'code:q1', version: 0 })
    acknowledgePush()

    session.setLanguage('go')
    lastSocket().receive({ type: 'language', doc: 'code:q1', language: 'go', by: 'zhangwei' })
    expect(session.answer.editor.state.doc.toString()).toBe('func TwoSum() {}') // unchanged starter code follows the language
    vi.advanceTimersByTime(30)
    acknowledgePush()
    typeText('// mine')
    session.setLanguage('python')
    lastSocket().receive({ type: 'language', doc: 'code:q1', language: 'python', by: 'zhangwei' })
    expect(session.answer.editor.state.doc.toString()).toBe('func TwoSum() {}// mine')

    show({ question: null, document: { doc: 'code', version: 2, head: 2, text: "print(1)\nprint('😀')\n" } })
    expect(session.answer.editor.state.doc.toString()).toBe("print(1)\nprint('😀')\n")
    show({ document: { doc: 'code:q1', version: 3, head: 3, text: 'of the server' } })
    expect(session.answer.editor.state.doc.toString()).toBe('func TwoSum() {}// mine') // its updates come one by one
    undo(session.answer.editor.view)
    expect(session.answer.editor.state.doc.toString()).toBe('func TwoSum() {}')
  })

  it('keep their text when the language changes, unless it is unchanged starter code, which can be undone', () => {
    joinRoom(candidateWelcome())
    const question = { id: 'q1', title: '两数之和', body: '', starter: { python: 'def two_sum(): ...', go: 'func TwoSum() {}' } }
    const text = () => session.answer.editor.state.doc.toString()
    const choose = (language: string) => {
      session.setLanguage(language)
      lastSocket().receive({ type: 'language', doc: 'code:q1', language, by: 'zhangwei' })
    }
    lastSocket().receive({ type: 'problem', question, by: 'x', language: 'python', document: { doc: 'code:q1', version: 1, head: 1, text: 'print(1)' }, files: oneFile('code:q1') })
    session.store.update((snapshot) => ({ ...snapshot, you: snapshot.you && { ...snapshot.you, id: 'zhangwei' } }))
    choose('go')
    expect(text()).toBe('print(1)')
    session.answer.editor.replaceText('func TwoSum() {}')
    choose('python')
    expect(text()).toBe('def two_sum(): ...')
    undo(session.answer.editor.view)
    expect(text()).toBe('func TwoSum() {}')
  })

  it('start empty when another participant shows the question', () => {
    joinRoom(candidateWelcome())
    const question = { id: 'q1', title: '两数之和', body: '', starter: { python: 'def two_sum(): ...' } }
    lastSocket().receive({ type: 'problem', question, by: 'zhangwei', language: 'python', document: { doc: 'code:q1', version: 0, head: 0, text: '' }, files: oneFile('code:q1') })
    expect(session.answer.editor.state.doc.length).toBe(0)
  })

  it('cannot be undone into a text that another participant has replaced', () => {
    joinRoom()
    typeText('answer')
    vi.advanceTimersByTime(30)
    acknowledgePush()
    const { length } = session.answer.editor.state.doc
    const replace = { clientId: 'other123', author: 'x', changes: [[length, 'def f():', '    pass'] as [number, ...string[]]] }
    lastSocket().receive({ type: 'updates', doc: 'code', version: 3, updates: [replace] })
    undo(session.answer.editor.view)
    expect(session.answer.editor.state.doc.toString()).toBe('def f():\n    pass')
    typeText('#')
    undo(session.answer.editor.view)
    expect(session.answer.editor.state.doc.toString()).toBe('def f():\n    pass')
  })

  it('that are no longer shown after a reconnect are discarded, and their unsaved text is shown', () => {
    joinRoom()
    lastSocket().receive({ type: 'problem', question: null, by: 'x', language: 'python', document: { doc: 'code:q1', version: 0, head: 0, text: '' }, files: oneFile('code:q1') })
    typeText('unsaved')
    lastSocket().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(1_000)
    joinRoom()
    expect(session.store.getSnapshot().droppedText).toMatchObject({ doc: 'code:q1', text: 'unsaved' })
    expect(session.answer.editor.state.doc.toString()).toBe("print(1)\nprint('😀')\n")
  })

  it('show remote cursors, including those of a later version', () => {
    joinRoom()
    const at = (version: number, head: number): ServerMessage => ({
      type: 'cursor',
      doc: 'code',
      version,
      connection: 'c2',
      participantId: 'candidate:0199aa00',
      ranges: [{ anchor: head, head }],
    })
    const carets = () => [...session.answer.editor.dom.querySelectorAll<HTMLElement>('.room-caret')].map(({ dataset }) => dataset.name)
    expect(carets()).toEqual(['李雷']) // from the welcome
    lastSocket().receive({ type: 'cursor_gone', connection: 'c2' })
    expect(carets()).toEqual([])
    lastSocket().receive(at(3, 1))
    expect(carets()).toEqual([])
    lastSocket().receive({ type: 'updates', doc: 'code', version: 2, updates: [{ clientId: 'other123', author: 'x', changes: [[0, 'a'], 21] }] })
    expect(carets()).toEqual(['李雷'])
  })

  it('are pushed after the clock of the computer was set back', () => {
    joinRoom()
    typeText('x')
    vi.advanceTimersByTime(30)
    acknowledgePush()
    vi.setSystemTime(Date.now() - 8 * 3_600_000)
    vi.advanceTimersByTime(1_000)
    typeText('y')
    vi.advanceTimersByTime(30)
    expect(lastSocket().sentOfType('push')).toHaveLength(2)
    acknowledgePush()
    typeText('z')
    vi.setSystemTime(Date.now() + 8 * 3_600_000)
    vi.advanceTimersByTime(30)
    expect(lastSocket().sentOfType('push').at(-1)?.updates).toMatchObject([{ age: 0 }])
  })

  it('are stored before the session closes', async () => {
    joinRoom()
    typeText('last words')
    session.close()
    expect(lastSocket().sentOfType('push')).toHaveLength(1)
    expect(lastSocket().closed).toBe(false)
    acknowledgePush()
    await vi.advanceTimersByTimeAsync(0)
    expect(lastSocket().closed).toBe(true)
  })
})

describe('running', () => {
  it('waits until all edits are stored and sends that version', async () => {
    joinRoom(candidateWelcome())
    typeText('y')
    const done = session.runCode()
    expect(lastSocket().sentOfType('run')).toEqual([])
    acknowledgePush()
    await done
    expect(lastSocket().sentOfType('run')).toMatchObject([{ version: 3 }])
  })

  it('does nothing without a sandbox', async () => {
    joinRoom({ ...candidateWelcome(), room: { ...welcomeMessage().room, sandbox: { ready: false } } })
    await session.runCode()
    expect(lastSocket().sentOfType('run')).toEqual([])
  })

  it('updates the page at most five times a second by output, in order', () => {
    joinRoom(candidateWelcome())
    let updates = 0
    session.store.subscribe(() => updates++)
    lastSocket().receive({ type: 'run_started', run: { id: 'r', by: candidate.id, doc: 'code' as const, version: 0, language: 'python', at: '2026-11-23T08:00:00.000Z' } })
    for (let seq = 1; seq <= 1_000; seq++) {
      lastSocket().receive({ type: 'run_output', runId: 'r', seq, chunks: [{ stream: 'stdout', text: `${seq}\n` }] })
      vi.advanceTimersByTime(1)
    }
    const result = { status: 'ok', exitCode: 0, wallMs: 1_000, cpuMs: 900, memoryBytes: 0, truncated: false } as const
    lastSocket().receive({ type: 'run_finished', runId: 'r', result })
    expect(updates).toBeLessThan(10)
    const [shown] = session.store.getSnapshot().runs
    expect(shown?.chunks.map(({ text }) => text).join('')).toBe(Array.from({ length: 1_000 }, (_, i) => `${i + 1}\n`).join(''))
    expect(shown?.result).toEqual(result)
  })

  it('reports standard input that exceeds the limit in bytes', async () => {
    joinRoom({ ...candidateWelcome(), limits: { ...welcomeMessage().limits, stdinBytes: 6 } })
    session.stdin = '面试'
    await session.runCode()
    expect(lastSocket().sentOfType('run')).toMatchObject([{ stdin: '面试' }])
    session.stdin = '面试。'
    await session.runCode()
    expect(lastSocket().sentOfType('run')).toHaveLength(1)
    expect(notices).toEqual(['run.stdin'])
  })

  it('reports offline when disconnected meanwhile', async () => {
    joinRoom(candidateWelcome())
    typeText('y')
    const done = session.runCode()
    lastSocket().onclose?.({ code: 1006 })
    await done
    expect(notices).toEqual(['offline'])
  })
})

describe('chat', () => {
  it('is queued offline and sent with the same ref', () => {
    joinRoom()
    lastSocket().onclose?.({ code: 1006 })
    expect(session.sendChat('还在吗')).toBe(true)
    vi.advanceTimersByTime(1_000)
    joinRoom()
    const sent = lastSocket().sentOfType('chat')
    expect(sent).toMatchObject([{ text: '还在吗' }])
    const ref = sent[0]?.ref ?? ''
    lastSocket().receive({ type: 'chat', message: { id: '9', author: 'zhangwei', name: '张伟', text: '还在吗', at: '2026-11-23T08:00:00.000Z', ref } })
    expect(session.store.getSnapshot().chat.filter((item) => item.text === '还在吗')).toHaveLength(1)
    lastSocket().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(2_000)
    joinRoom()
    expect(lastSocket().sentOfType('chat')).toEqual([])
  })

  it('is marked as failed when invalid and retried after a rate limit', () => {
    joinRoom()
    session.sendChat('a')
    const ref = lastSocket().sentOfType('chat')[0]?.ref ?? ''
    lastSocket().receive({ type: 'error', code: 'rate', ref, retryAfterMs: 2_000 })
    vi.advanceTimersByTime(2_100)
    expect(lastSocket().sentOfType('chat')).toHaveLength(2)
    lastSocket().receive({ type: 'error', code: 'invalid', ref })
    expect(session.store.getSnapshot().chat.at(-1)).toMatchObject({ delivery: 'failed', error: 'invalid' })
    expect(notices).toEqual([])
  })

  it('limits the offline queue', () => {
    joinRoom()
    lastSocket().onclose?.({ code: 1006 })
    const taken = Array.from({ length: 60 }, (_, i) => session.sendChat(String(i)))
    expect(taken.filter(Boolean)).toHaveLength(50)
  })
})

describe('activity', () => {
  // jsdom has no clipboard event of its own.
  function paste(text: string): void {
    const event = new Event('paste', { bubbles: true, cancelable: true })
    Object.assign(event, { clipboardData: { getData: () => text, files: [] } })
    session.answer.editor.view.contentDOM.dispatchEvent(event)
  }

  it('distinguishes pastes from outside and from the room, with the length in document units', () => {
    joinRoom()
    paste('from\r\nelsewhere')
    session.answer.editor.view.dispatch({ selection: { anchor: 14, head: 22 } }) // after the pasted text
    session.answer.editor.view.contentDOM.dispatchEvent(new Event('copy'))
    paste('print(1)')
    expect(lastSocket().sentOfType('paste')).toEqual([
      { type: 'paste', doc: 'code', length: 14, outside: true },
      { type: 'paste', doc: 'code', length: 8, outside: false },
    ])
  })

  // CodeMirror inserts the texts of dropped files and of pasted links, which are not the plain text of the event.
  it('reports dropped files, pasted links and dropped texts', async () => {
    joinRoom()
    const { view } = session.answer.editor
    vi.spyOn(view, 'posAtCoords').mockReturnValue(0)
    function dispatch(type: string, property: string, data: { files: File[]; getData: (format: string) => string }): void {
      view.contentDOM.dispatchEvent(Object.assign(new Event(type, { bubbles: true, cancelable: true }), { [property]: data }))
    }
    const sent = () => lastSocket().sentOfType('paste').map(({ length, outside }) => [length, outside])
    dispatch('drop', 'dataTransfer', { files: [new File(['return 42\n'], 'solution.py')], getData: () => '' })
    await vi.waitFor(() => expect(view.state.doc.toString()).toContain('return 42'), { timeout: 30_000 })
    dispatch('paste', 'clipboardData', { files: [], getData: (format) => (format === 'text/uri-list' ? 'https://example.com' : '') })
    dispatch('drop', 'dataTransfer', { files: [], getData: () => 'dropped' })
    expect(sent()).toEqual([[10, true], [19, true], [7, true]])
  })

  const pastesFromOutside = () => lastSocket().sentOfType('paste').map(({ outside }) => outside)

  it.each(['copy', 'cut'])('a line that is %s without a selection is from the room', (kind) => {
    joinRoom()
    const { view } = session.answer.editor
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: 'alpha = 1' }, selection: { anchor: 4 }, userEvent: 'input.type' })
    view.contentDOM.dispatchEvent(new Event(kind))
    if (kind === 'cut') view.dispatch({ changes: { from: 0, to: view.state.doc.length }, userEvent: 'delete.cut' })
    paste('alpha = 1\n')
    expect(pastesFromOutside()).toEqual([false])
  })

  it('text in the document is from the room after a reload', () => {
    joinRoom(candidateWelcome())
    paste('    print(1)\r\n')
    expect(pastesFromOutside()).toEqual([false])
  })

  it('text that was deleted is from the room', () => {
    joinRoom()
    typeText('def two_sum(numbers, target):\n    return None\n')
    for (let size = 30; size > 0; size--) {
      const end = session.answer.editor.state.doc.length
      session.answer.editor.view.dispatch({ changes: { from: end - 1, to: end }, userEvent: 'delete.backward' })
    }
    paste('two_sum(numbers, target):\n    return None')
    paste('two_sum(numbers, goal)')
    expect(pastesFromOutside()).toEqual([false, true])
  })

  it('text that the server replaced is from the room', () => {
    joinRoom()
    lastSocket().receive({ type: 'resync', doc: 'code', version: 9, text: 'other', code: 'push.behind' })
    paste("print('😀')")
    expect(pastesFromOutside()).toEqual([false])
  })

  it('the problem, the chat and the output are the room', () => {
    joinRoom(welcomeMessage({ question: { id: 'q', title: '两数之和', body: 'Return **two indices**.\n\n- one\n- two' } }))
    lastSocket().receive({ type: 'chat', message: { id: '1', author: 'x', name: 'X', text: 'use a\nhash map', at: '2026-11-23T08:00:00.000Z', ref: 'r' } })
    for (const text of ['two indices', 'use a\r\nhash map', '两数之和']) paste(text)
    expect(pastesFromOutside()).toEqual([false, false, false])
  })

  it('a copy in another tab of the room, or before a reload, is from the room', () => {
    joinRoom()
    typeText('secret = 42')
    session.answer.editor.view.dispatch({ selection: { anchor: 21, head: 32 } })
    session.answer.editor.view.contentDOM.dispatchEvent(new Event('copy'))
    const copies = new CopyLog(() => welcomeMessage().room.id)
    expect(copies.includes('secret = 42')).toBe(true)
    expect(new CopyLog(() => 'another room').includes('secret = 42')).toBe(false)
    expect(localStorage.getItem('huimian.copies')).not.toContain('secret')
  })

  it('does not report the unloading of the page as a lost focus', () => {
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    joinRoom()
    window.dispatchEvent(new Event('pagehide'))
    focus.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    expect(lastSocket().sentOfType('focus')).toEqual([{ type: 'focus', focused: true }])
    window.dispatchEvent(new Event('pageshow')) // restored from the browser's cache
    window.dispatchEvent(new Event('blur'))
    expect(lastSocket().sentOfType('focus').at(-1)).toEqual({ type: 'focus', focused: false })
    focus.mockRestore()
  })

  it('reports a lost window focus once', () => {
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    joinRoom()
    focus.mockReturnValue(false)
    window.dispatchEvent(new Event('blur'))
    window.dispatchEvent(new Event('blur'))
    expect(lastSocket().sentOfType('focus')).toEqual([
      { type: 'focus', focused: true },
      { type: 'focus', focused: false },
    ])
    focus.mockRestore()
  })
})
