import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OfType, ServerMessage } from './protocol'
import { RoomSession } from './room'
import { FakeSocket } from './socket.testing'
import { welcome } from './welcome.testing'

// jsdom lays nothing out; the editor asks for rectangles all the same.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList

let lines: FakeSocket[]
let notices: string[]
let room: RoomSession

const line = () => lines.at(-1) as FakeSocket
const candidate = { id: 'candidate:1', name: '李雷', role: 'candidate' as const, color: 1 }
const asCandidate = (): OfType<'welcome'> => ({
  ...welcome({ you: { ...candidate, can: ['edit', 'run', 'language', 'chat'] } }),
  documents: [{ doc: 'code', version: 2, head: 2, text: 'print(1)\n' }],
  questions: undefined,
  runs: [],
})

function open(greeting: ServerMessage = welcome()): void {
  line().onopen?.()
  line().say(greeting)
}

function type(text: string): void {
  const { view } = room.code.editor
  view.dispatch({ changes: { from: view.state.doc.length, insert: text }, userEvent: 'input.type' })
}

function acknowledge(): void {
  const push = line().all('push').at(-1)
  if (!push) throw new Error('nothing was pushed')
  const { doc, clientId, seq, version, updates } = push
  line().say({ type: 'ack', doc, clientId, seq, version, count: updates.length })
}

beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  notices = []
  room = new RoomSession({
    open: () => {
      lines.push(new FakeSocket())
      return line()
    },
    ask: () => Promise.resolve(undefined),
    labels: { code: 'code', notes: 'notes', notesHint: 'hint' },
    notice: (code) => notices.push(code),
  })
  room.enter()
})

afterEach(() => {
  room.close()
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
})

describe('documents', () => {
  it('show what the welcome brings, and what is typed goes out', () => {
    open()
    expect(room.code.editor.state.doc.toString()).toBe("print(1)\nprint('😀')\n")
    type('x')
    vi.advanceTimersByTime(30)
    expect(line().all('push')).toMatchObject([{ doc: 'code', version: 2, seq: 1, updates: [{ event: 'input.type' }] }])
    expect(room.store.get().unsaved).toBe(1)
    acknowledge()
    expect(room.store.get().unsaved).toBe(0)
  })

  it('are sent again after a break, as they were', () => {
    open()
    type('x')
    vi.advanceTimersByTime(30)
    const before = line().all('push')
    line().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(1_000)
    open({ ...welcome(), documents: [{ doc: 'code', version: 2, head: 2, resume: true }] })
    expect(line().sent[0]).toMatchObject({ type: 'hello', documents: [{ doc: 'code', version: 2 }, { doc: 'notes', version: 0 }] })
    expect(line().all('push')).toEqual(before)
  })

  it('are read only for who may not write, and a candidate has no notes', () => {
    open(asCandidate())
    expect(room.code.editor.state.readOnly).toBe(false)
    expect(room.notes.editor.state.readOnly).toBe(true)
    expect(room.notes.sync.known()).toBeUndefined()
    line().say({ type: 'state', state: 'ended', can: [] })
    expect(room.code.editor.state.readOnly).toBe(true)
    expect(room.store.get().connection).toBe('ended')
  })

  it('show a cursor at its place, also one that is ahead of the text', () => {
    open()
    const at = (version: number, head: number): ServerMessage => ({
      type: 'cursor',
      doc: 'code',
      version,
      connection: 'c2',
      participantId: 'candidate:0199aa00',
      ranges: [{ anchor: head, head }],
    })
    const carets = () => [...room.code.editor.dom.querySelectorAll<HTMLElement>('.room-caret')].map(({ dataset }) => dataset.name)
    expect(carets()).toEqual(['李雷']) // from the welcome
    line().say({ type: 'cursor_gone', connection: 'c2' })
    expect(carets()).toEqual([])
    line().say(at(3, 1))
    expect(carets()).toEqual([])
    line().say({ type: 'updates', doc: 'code', version: 2, updates: [{ clientId: 'other123', author: 'x', changes: [[0, 'a'], 21] }] })
    expect(carets()).toEqual(['李雷'])
  })

  it('are stored before the room is left', async () => {
    open()
    type('last words')
    room.close()
    expect(line().all('push')).toHaveLength(1)
    expect(line().closed).toBe(false)
    acknowledge()
    await vi.advanceTimersByTimeAsync(0)
    expect(line().closed).toBe(true)
  })
})

describe('running', () => {
  it('waits until everything typed is stored, and names that version', async () => {
    open(asCandidate())
    type('y')
    const done = room.run()
    expect(line().all('run')).toEqual([])
    acknowledge()
    await done
    expect(line().all('run')).toMatchObject([{ version: 3 }])
  })

  it('does nothing while a run is going on or there is no sandbox', async () => {
    open({ ...asCandidate(), room: { ...welcome().room, sandbox: { ready: false } } })
    await room.run()
    expect(line().all('run')).toEqual([])
  })

  it('says so when the line breaks meanwhile', async () => {
    open(asCandidate())
    type('y')
    const done = room.run()
    line().onclose?.({ code: 1006 })
    await done
    expect(notices).toEqual(['offline'])
  })
})

describe('chat', () => {
  it('is kept without a line and sent under the same ref', () => {
    open()
    line().onclose?.({ code: 1006 })
    expect(room.chat('还在吗')).toBe(true)
    vi.advanceTimersByTime(1_000)
    open()
    const sent = line().all('chat')
    expect(sent).toMatchObject([{ text: '还在吗' }])
    const ref = sent[0]?.ref ?? ''
    line().say({ type: 'chat', message: { id: '9', author: 'zhangwei', name: '张伟', text: '还在吗', at: '2026-11-23T08:00:00.000Z', ref } })
    expect(room.store.get().chat.filter((item) => item.text === '还在吗')).toHaveLength(1)
    line().onclose?.({ code: 1006 })
    vi.advanceTimersByTime(2_000)
    open()
    expect(line().all('chat')).toEqual([])
  })

  it('is marked when the server refuses it, and tried again when there was too much', () => {
    open()
    room.chat('a')
    const ref = line().all('chat')[0]?.ref ?? ''
    line().say({ type: 'error', code: 'rate', ref, retryAfterMs: 2_000 })
    vi.advanceTimersByTime(2_100)
    expect(line().all('chat')).toHaveLength(2)
    line().say({ type: 'error', code: 'invalid', ref })
    expect(room.store.get().chat.at(-1)).toMatchObject({ delivery: 'failed', error: 'invalid' })
    expect(notices).toEqual([])
  })

  it('does not grow without end while the line is down', () => {
    open()
    line().onclose?.({ code: 1006 })
    const taken = Array.from({ length: 60 }, (_, i) => room.chat(String(i)))
    expect(taken.filter(Boolean)).toHaveLength(50)
  })
})

describe('signs', () => {
  // jsdom has no clipboard event of its own.
  function paste(text: string): void {
    const event = new Event('paste', { bubbles: true, cancelable: true })
    Object.assign(event, { clipboardData: { getData: () => text, files: [] } })
    room.code.editor.view.contentDOM.dispatchEvent(event)
  }

  it('tell a paste from outside from one of the room, with the length that the document counts', () => {
    open()
    paste('from\r\nelsewhere')
    room.code.editor.view.dispatch({ selection: { anchor: 14, head: 22 } }) // behind what was pasted
    room.code.editor.view.contentDOM.dispatchEvent(new Event('copy'))
    paste('print(1)')
    expect(line().all('paste')).toEqual([
      { type: 'paste', doc: 'code', length: 14, outside: true },
      { type: 'paste', doc: 'code', length: 8, outside: false },
    ])
  })

  it('tell when the window loses the focus, once', () => {
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(true)
    open()
    focus.mockReturnValue(false)
    window.dispatchEvent(new Event('blur'))
    window.dispatchEvent(new Event('blur'))
    expect(line().all('focus')).toEqual([
      { type: 'focus', focused: true },
      { type: 'focus', focused: false },
    ])
    focus.mockRestore()
  })
})
