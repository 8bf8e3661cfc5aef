import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DrawingElement } from '@/drawing/element'
import type { AnswerName, ClientMessage, DocumentName, FileName, SentUpdate, TerminalSize } from './protocol'
import { isInteger, arrayOf, nullable, isNumber, optional, objectOf, isString, isBoolean, type Validator, type Shape } from './validators'
import { decodeFrame, encodeMessage, knownFields, serverMessageTypes } from './codec'

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

const answer: Validator<AnswerName> = (value): value is AnswerName => /^code(:.+)?$/.test(String(value))
const file: Validator<FileName> = (value): value is FileName => /^code[:/].+|^code$/.test(String(value))
const doc: Validator<DocumentName> = (value): value is DocumentName => value === 'notes' || file(value)
const changes: Validator<SentUpdate['changes']> = (value): value is SentUpdate['changes'] => Array.isArray(value)
const ref = optional(isString)
const element: Validator<DrawingElement> = (value): value is DrawingElement => isString((value as DrawingElement).id) && isInteger((value as DrawingElement).version)
const person = { participantId: isString, device: optional(isString), ref }

// One row for each message of the client; the compiler sees that every member of the type is here.
const clientShapes: { [T in ClientType]: Shape<OfClient<T>> } = {
  hello: { protocol: isInteger, documents: arrayOf(objectOf<{ doc: DocumentName; version: number }>({ doc, version: isInteger })), drawing: optional(isInteger) },
  push: {
    doc,
    version: isInteger,
    clientId: isString,
    seq: isInteger,
    updates: arrayOf(objectOf<SentUpdate>({ changes, age: isInteger, event: optional(isString) })),
  },
  fetch: { doc, version: isInteger },
  cursor: { doc, version: isInteger, ranges: arrayOf(objectOf({ anchor: isInteger, head: isInteger })) },
  language: { doc: optional(answer), language: isString, ref },
  problem: { questionId: nullable(isString), ref },
  question_add: { questionId: isString, ref },
  question_done: { questionId: isString, done: isBoolean, ref },
  file_create: { answer: optional(answer), files: arrayOf(objectOf<{ path: string; text?: string }>({ path: isString, text: optional(isString) })), ref },
  file_rename: { doc: file, path: isString, ref },
  file_delete: { doc: file, ref },
  file_entry: { doc: file, ref },
  drawing: { elements: arrayOf(element), ref: isString },
  chat: { text: isString, ref: isString },
  run: { doc: optional(answer), version: isInteger, stdin: optional(isString), tests: optional(isBoolean), terminal: optional(objectOf<TerminalSize>({ rows: isInteger, cols: isInteger })), shell: optional(isString), ref },
  terminal_input: { runId: isString, text: isString, ref },
  terminal_resize: { runId: isString, rows: isInteger, cols: isInteger, ref },
  run_stop: { runId: isString, ref },
  focus: { focused: isBoolean },
  paste: { doc, length: isInteger, outside: isBoolean },
  admit: person,
  turn_away: person,
  start: { ref },
  end: { ref },
  extend: { ref },
  reopen: { ref },
  ping: { t: isNumber },
}

describe('messages of the server', () => {
  it.each(examples('server'))('%s matches the types', (name) => {
    const decoded = decodeFrame(read(name))
    expect(decoded).toEqual({ kind: 'message', message: parse(name) })
  })

  it.each(examples('server'))('%s has only validated members', (name) => {
    const decoded = decodeFrame(read(name))
    if (decoded.kind !== 'message') throw new Error(`${name}: ${decoded.kind}`)
    const known = knownFields(decoded.message.type)
    expect(Object.keys(parse(name)).filter((member) => !known.includes(member))).toEqual([])
  })

  it('has an example for each type', () => {
    const seen = new Set(examples('server').map((name) => String(parse(name).type)))
    expect(serverMessageTypes.filter((type) => !seen.has(type))).toEqual([])
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
    expect(decodeFrame(frame).kind).toBe(kind)
  })
})

describe('messages of the client', () => {
  it.each(examples('client'))('%s matches the types and is encoded unchanged', (name) => {
    const message = parse(name)
    const { type, ...rest } = message
    const shape = clientShapes[type as ClientType] as Shape<Record<string, unknown>>
    expect(objectOf(shape)(rest)).toBe(true)
    expect(Object.keys(rest).filter((member) => !(member in shape))).toEqual([])
    expect(JSON.parse(encodeMessage(message as unknown as ClientMessage))).toEqual(message)
  })

  it('has an example for each type', () => {
    const seen = new Set(examples('client').map((name) => String(parse(name).type)))
    expect(Object.keys(clientShapes).filter((type) => !seen.has(type))).toEqual([])
  })
})
