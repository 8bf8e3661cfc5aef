import { describe, expect, it } from 'vitest'
import type { ServerMessage } from './protocol'
import { may, nowhere, reduce, type Snapshot } from './store'
import { welcome } from './welcome.testing'

const NOW = Date.parse('2026-11-23T07:59:58.000Z')

function after(...messages: ServerMessage[]): Snapshot {
  return messages.reduce((snapshot, message) => reduce(snapshot, message, NOW), nowhere)
}

const li = { id: 'candidate:1', name: '李雷', role: 'candidate' as const, color: 1 }
const said = (id: string, ref: string) => ({ id, author: 'x', name: 'X', text: id, at: '2026-11-23T08:00:00.000Z', ref })
const run = { id: 'r1', by: 'x', version: 2, language: 'python', at: '2026-11-23T08:00:00.000Z' }
const output = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): ServerMessage => ({
  type: 'run_output',
  runId: 'r1',
  seq: 1,
  chunks: [{ stream, text }],
})

describe('people', () => {
  it('knock, come in and leave, and their names stay', () => {
    const knocked = after(welcome(), { type: 'knock', participant: li, at: '' })
    expect(knocked.atTheDoor).toEqual([li])
    const gone = [
      { type: 'knock_over', participantId: li.id, outcome: 'admitted' },
      { type: 'joined', participant: li },
      { type: 'left', participantId: li.id },
    ] satisfies ServerMessage[]
    const left = gone.reduce((snapshot, message) => reduce(snapshot, message, NOW), knocked)
    expect(left.atTheDoor).toEqual([])
    expect(left.participants.map(({ id }) => id)).not.toContain(li.id)
    expect(left.people.get(li.id)?.name).toBe('李雷')
  })

  it('may do what the server says, and other things after a change of state', () => {
    const open = after(welcome())
    expect(may(open, 'end')).toBe(true)
    const ended = reduce(open, { type: 'state', state: 'ended', endedAt: 'e', can: [] }, NOW)
    expect(may(ended, 'edit')).toBe(false)
    expect(ended.room).toMatchObject({ state: 'ended', endedAt: 'e', language: 'python' })
  })
})

describe('chat', () => {
  it('shows a message once, whoever tells it again', () => {
    const snapshot = after(welcome({ chat: [said('1', 'a')] }), { type: 'chat', message: said('2', 'b') })
    expect(reduce(snapshot, welcome({ chat: [said('1', 'a'), said('2', 'b')] }), NOW).chat).toHaveLength(2)
  })

  it('replaces what is on its way by what is stored, before what still is', () => {
    const sending = (ref: string) => ({ author: 'x', name: 'X', text: ref, ref, delivery: 'sending' as const })
    const snapshot = { ...after(welcome({ chat: [] })), chat: [sending('a'), sending('b')] }
    const { chat } = reduce(snapshot, { type: 'chat', message: said('1', 'b') }, NOW)
    expect(chat.map(({ ref, delivery }) => [ref, delivery])).toEqual([
      ['b', undefined],
      ['a', 'sending'],
    ])
  })
})

describe('runs', () => {
  it('joins output of one stream and keeps the order of the streams', () => {
    const snapshot = after(welcome({ runs: [] }), { type: 'run_started', run }, output('1'), output('2'), output('!', 'stderr'), output('3'))
    expect(snapshot.runs[0]?.chunks).toEqual([
      { stream: 'stdout', text: '12' },
      { stream: 'stderr', text: '!' },
      { stream: 'stdout', text: '3' },
    ])
  })

  it('keeps the end of a flood and says that the beginning is gone', () => {
    const flood = Array.from({ length: 5 }, (_, i) => output(String(i).repeat(100 * 1024)))
    const shown = after(welcome({ runs: [] }), { type: 'run_started', run }, ...flood).runs[0]
    const text = shown?.chunks.map((chunk) => chunk.text).join('') ?? ''
    expect(text).toHaveLength(256 * 1024)
    expect(text.at(-1)).toBe('4')
    expect(shown?.shortened).toBe(true)
  })
})

it('knows the server\'s clock from a ping there and back', () => {
  const snapshot = reduce(after(welcome()), { type: 'pong', t: NOW - 200, now: '2026-11-23T08:00:00.000Z' }, NOW)
  expect(snapshot.latencyMs).toBe(200)
  expect(snapshot.clockOffset).toBe(2_100)
})
