import { describe, expect, it } from 'vitest'
import type { ServerMessage } from './protocol'
import { hasPermission, initialSnapshot, applyMessage, type RoomSnapshot } from './store'
import { welcomeMessage } from './welcome.testing'

const NOW = Date.parse('2026-11-23T07:59:58.000Z')

function snapshotAfter(...messages: ServerMessage[]): RoomSnapshot {
  return messages.reduce((snapshot, message) => applyMessage(snapshot, message, NOW), initialSnapshot)
}

const candidate = { id: 'candidate:1', name: '李雷', role: 'candidate' as const, color: 1 }
const chatMessage = (id: string, ref: string) => ({ id, author: 'x', name: 'X', text: id, at: '2026-11-23T08:00:00.000Z', ref })
const run = { id: 'r1', by: 'x', doc: 'code' as const, version: 2, language: 'python', at: '2026-11-23T08:00:00.000Z' }
const outputMessage = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): ServerMessage => ({
  type: 'run_output',
  runId: 'r1',
  seq: 1,
  chunks: [{ stream, text }],
})

describe('people', () => {
  it('knock, join and leave, and remain in peopleById', () => {
    const knocked = snapshotAfter(welcomeMessage(), { type: 'knock', participant: candidate, at: '' })
    expect(knocked.waitingParticipants).toEqual([candidate])
    const gone = [
      { type: 'knock_over', participantId: candidate.id, outcome: 'admitted' },
      { type: 'joined', participant: candidate },
      { type: 'left', participantId: candidate.id },
    ] satisfies ServerMessage[]
    const left = gone.reduce((snapshot, message) => applyMessage(snapshot, message, NOW), knocked)
    expect(left.waitingParticipants).toEqual([])
    expect(left.participants.map(({ id }) => id)).not.toContain(candidate.id)
    expect(left.peopleById.get(candidate.id)?.name).toBe('李雷')
  })

  it('are lost until they return', () => {
    const lost = snapshotAfter(
      welcomeMessage({ participants: [candidate] }),
      { type: 'left', participantId: candidate.id },
      { type: 'connection_lost', participantId: candidate.id, at: '2026-11-23T08:20:15.000Z' },
    )
    expect(lost.lostParticipants).toEqual([{ id: candidate.id, at: '2026-11-23T08:20:15.000Z' }])
    expect(applyMessage(lost, { type: 'joined', participant: candidate }, NOW).lostParticipants).toEqual([])
    expect(applyMessage(lost, welcomeMessage({ participants: [] }), NOW).lostParticipants).toHaveLength(1)
    expect(applyMessage(lost, welcomeMessage({ participants: [candidate] }), NOW).lostParticipants).toEqual([])
  })

  it('wait on each device', () => {
    const phone = { ...candidate, device: 'phone' }
    const laptop = { ...candidate, device: 'laptop' }
    const messages = [
      { type: 'knock', participant: phone, at: '' },
      { type: 'knock', participant: laptop, at: '' },
      { type: 'knock', participant: laptop, at: '' },
      { type: 'knock_over', participantId: candidate.id, device: 'phone', outcome: 'left' },
    ] satisfies ServerMessage[]
    const after = messages.reduce((snapshot, message) => applyMessage(snapshot, message, NOW), snapshotAfter(welcomeMessage({ waiting: [] })))
    expect(after.waitingParticipants).toEqual([laptop])
  })

  it('have the permissions of the welcome and of state changes', () => {
    const open = snapshotAfter(welcomeMessage())
    expect(hasPermission(open, 'end')).toBe(true)
    const ended = applyMessage(open, { type: 'state', state: 'ended', extensionsLeft: 4, endedAt: 'e', can: [] }, NOW)
    expect(hasPermission(ended, 'edit')).toBe(false)
    expect(ended.room).toMatchObject({ state: 'ended', endedAt: 'e', language: 'python' })
  })
})

describe('chat', () => {
  it('deduplicates messages', () => {
    const snapshot = snapshotAfter(welcomeMessage({ chat: [chatMessage('1', 'a')] }), { type: 'chat', message: chatMessage('2', 'b') })
    expect(applyMessage(snapshot, welcomeMessage({ chat: [chatMessage('1', 'a'), chatMessage('2', 'b')] }), NOW).chat).toHaveLength(2)
  })

  it('replaces a pending message by the stored one and sorts it before pending ones', () => {
    const sending = (ref: string) => ({ author: 'x', name: 'X', text: ref, ref, delivery: 'sending' as const })
    const snapshot = { ...snapshotAfter(welcomeMessage({ chat: [] })), chat: [sending('a'), sending('b')] }
    const { chat } = applyMessage(snapshot, { type: 'chat', message: chatMessage('1', 'b') }, NOW)
    expect(chat.map(({ ref, delivery }) => [ref, delivery])).toEqual([
      ['b', undefined],
      ['a', 'sending'],
    ])
  })
})

describe('runs', () => {
  it('joins adjacent output of one stream', () => {
    const snapshot = snapshotAfter(welcomeMessage({ runs: [] }), { type: 'run_started', run }, outputMessage('1'), outputMessage('2'), outputMessage('!', 'stderr'), outputMessage('3'))
    expect(snapshot.runs[0]?.chunks).toEqual([
      { stream: 'stdout', text: '12' },
      { stream: 'stderr', text: '!' },
      { stream: 'stdout', text: '3' },
    ])
  })

  it('truncates the start of long output', () => {
    const flood = Array.from({ length: 5 }, (_, i) => outputMessage(String(i).repeat(100 * 1024)))
    const shown = snapshotAfter(welcomeMessage({ runs: [] }), { type: 'run_started', run }, ...flood).runs[0]
    const text = shown?.chunks.map((chunk) => chunk.text).join('') ?? ''
    expect(text).toHaveLength(256 * 1024)
    expect(text.at(-1)).toBe('4')
    expect(shown?.isTruncated).toBe(true)
  })
})

it('splits long output at line breaks, and new output changes the last part only', () => {
  const lines = (count: number) => 'line of the output\n'.repeat(count)
  const messages: ServerMessage[] = [welcomeMessage({ runs: [] }), { type: 'run_started', run }, outputMessage(lines(2_000)), outputMessage(`${lines(3)}half`)]
  const before = snapshotAfter(...messages).runs[0]?.chunks ?? []
  expect(before.length).toBeGreaterThan(3)
  expect(before.every(({ text }) => text.length <= 8 * 1024)).toBe(true)
  expect(before.slice(0, -1).every(({ text }) => text.endsWith('\n'))).toBe(true)
  const after = applyMessage(snapshotAfter(...messages), outputMessage(' line\n'), NOW).runs[0]?.chunks ?? []
  expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
  expect(after.map(({ text }) => text).join('')).toBe(`${lines(2_003)}half line\n`)
})

it('keeps the numbers of the chunks when the first ones are discarded', () => {
  const flood = Array.from({ length: 40 }, () => outputMessage('0123456789\n'.repeat(700)))
  const shown = snapshotAfter(welcomeMessage({ runs: [] }), { type: 'run_started', run }, ...flood).runs[0]
  expect((shown?.discardedChunks ?? 0) + (shown?.chunks.length ?? 0)).toBe(snapshotAfter(welcomeMessage({ runs: [] }), { type: 'run_started', run }, ...flood.slice(0, 30)).runs[0]!.chunks.length + 10)
})

it('computes latency and clock offset from a pong', () => {
  const snapshot = applyMessage(snapshotAfter(welcomeMessage()), { type: 'pong', t: NOW - 200, now: '2026-11-23T08:00:00.000Z' }, NOW)
  expect(snapshot.latencyMs).toBe(200)
  expect(snapshot.clockOffset).toBe(2_100)
})
