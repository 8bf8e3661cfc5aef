import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ClientMessage, SentUpdate } from './protocol'
import { integer, list, nullable, number, oneOf, optional, record, text, flag, type Check, type Shape } from './shape'
import { decode, encode, membersOf, serverTypes } from './wire'

const folder = join(import.meta.dirname, '../../../testdata/protocol')
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const examples = (side: string) => files.filter((name) => name.startsWith(`${side}-`))
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const parse = (name: string) => JSON.parse(read(name)) as Record<string, unknown>

type ClientType = ClientMessage['type']
type OfClient<T extends ClientType> = ClientMessage extends infer M
  ? M extends { type: infer U }
    ? T extends U
      ? Omit<M, 'type'>
      : never
    : never
  : never

const doc = oneOf('code', 'notes')
const changes: Check<SentUpdate['changes']> = (value): value is SentUpdate['changes'] => Array.isArray(value)
const ref = optional(text)
const person = { participantId: text, ref }

// One row for each message of the client; the compiler sees that every member of the type is here.
const clientShapes: { [T in ClientType]: Shape<OfClient<T>> } = {
  hello: { protocol: integer, documents: list(record<{ doc: 'code' | 'notes'; version: number }>({ doc, version: integer })) },
  push: {
    doc,
    version: integer,
    clientId: text,
    seq: integer,
    updates: list(record<SentUpdate>({ changes, age: integer, event: optional(text) })),
  },
  fetch: { doc, version: integer },
  cursor: { doc, version: integer, ranges: list(record({ anchor: integer, head: integer })) },
  language: { language: text, ref },
  problem: { questionId: nullable(text), ref },
  chat: { text, ref: text },
  run: { version: integer, stdin: optional(text), ref },
  run_stop: { runId: text, ref },
  focus: { focused: flag },
  paste: { doc, length: integer, outside: flag },
  admit: person,
  turn_away: person,
  start: { ref },
  end: { ref },
  ping: { t: number },
}

describe('messages of the server', () => {
  it.each(examples('server'))('%s is what the types say', (name) => {
    const decoded = decode(read(name))
    expect(decoded).toEqual({ kind: 'message', message: parse(name) })
  })

  it.each(examples('server'))('%s has no member that this client does not know', (name) => {
    const decoded = decode(read(name))
    if (decoded.kind !== 'message') throw new Error(`${name}: ${decoded.kind}`)
    const known = membersOf(decoded.message.type)
    expect(Object.keys(parse(name)).filter((member) => !known.includes(member))).toEqual([])
  })

  it('has an example for each type', () => {
    const seen = new Set(examples('server').map((name) => String(parse(name).type)))
    expect(serverTypes.filter((type) => !seen.has(type))).toEqual([])
  })

  it.each([
    ['{"type":"ack","doc":"code","clientId":"a","seq":1,"version":2}', 'broken'],
    ['{"type":"ack","doc":"other","clientId":"a","seq":1,"version":2,"count":1}', 'broken'],
    ['{"type":"updates","doc":"code","version":1,"updates":[{"clientId":"a","author":"b","changes":[[0,1]]}]}', 'broken'],
    ['{"type":"run_output","runId":"r","seq":1,"chunks":[{"stream":"other","text":""}]}', 'broken'],
    ['[1]', 'broken'],
    ['nonsense', 'broken'],
    ['{"type":"weather"}', 'unknown'],
    ['{"type":"cursor_gone","connection":"c1","more":1}', 'message'],
  ])('%s is %s', (frame, kind) => {
    expect(decode(frame).kind).toBe(kind)
  })
})

describe('messages of the client', () => {
  it.each(examples('client'))('%s is what the types say, and goes out as it is', (name) => {
    const message = parse(name)
    const { type, ...rest } = message
    const shape = clientShapes[type as ClientType] as Shape<Record<string, unknown>>
    expect(record(shape)(rest)).toBe(true)
    expect(Object.keys(rest).filter((member) => !(member in shape))).toEqual([])
    expect(JSON.parse(encode(message as unknown as ClientMessage))).toEqual(message)
  })

  it('has an example for each type', () => {
    const seen = new Set(examples('client').map((name) => String(parse(name).type)))
    expect(Object.keys(clientShapes).filter((type) => !seen.has(type))).toEqual([])
  })
})
