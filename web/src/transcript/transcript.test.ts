import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toReplayLog, type Transcript } from './document'
import { verifyTranscript } from './verify'

const text = readFileSync(join(import.meta.dirname, '../../../testdata/transcript/example.json'), 'utf8')
const example = () => JSON.parse(text) as Transcript

describe('verifyTranscript', () => {
  it('accepts the document that the server has written', async () => {
    expect(await verifyTranscript(example())).toEqual({
      state: 'valid',
      sealedAt: '2026-11-25T07:00:00.123456Z',
      keyIds: ['dbc298251c51321b7266e78d1c151c2b62aff8cb95b293096d3463018544face'],
    })
  })

  it('names the row that was changed', async () => {
    expect(await verifyTranscript(JSON.parse(text.replace('quotes', 'quoteS')) as Transcript)).toEqual({ state: 'row', stream: 'events', row: 2, kind: 'chat' })
  })

  it('finds a changed, missing and short seal', async () => {
    const changed = example()
    changed.seals[0]!.statement = changed.seals[0]!.statement.replace('T07', 'T08')
    expect(await verifyTranscript(changed)).toEqual({ state: 'seal', seal: 1 })
    expect(await verifyTranscript({ ...example(), seals: [] })).toEqual({ state: 'seal', seal: 0 })
    const short = example()
    short.streams[2]!.rows.pop()
    expect(await verifyTranscript(short)).toEqual({ state: 'seal', seal: 1 })
  })

  it('checks the chain alone where Ed25519 is missing', async () => {
    const { subtle } = globalThis.crypto
    const withoutEd25519 = {
      digest: subtle.digest.bind(subtle),
      verify: subtle.verify.bind(subtle),
      importKey: () => Promise.reject(new DOMException('', 'NotSupportedError')),
    }
    expect(await verifyTranscript(example(), withoutEd25519)).toMatchObject({ state: 'chainOnly' })
  })
})

describe('toReplayLog', () => {
  it('has the updates and events of the document', () => {
    const log = toReplayLog(example())
    expect(log.documents.map(({ doc, updates }) => [doc, updates.length])).toEqual([
      ['code', 2],
      ['notes', 0],
    ])
    expect(log.documents[0]?.updates[0]).toMatchObject({ at: '2026-11-25T06:00:01.083Z', author: 'LinYue', event: 'input.type' })
    expect(log.events.map(({ kind }) => kind)).toEqual(['join', 'chat', 'end'])
  })
})
