// npx vitest bench src/replay: a two-hour interview with 20,000 edits and 5,000 events.

import { bench, describe } from 'vitest'
import type { ReplayEvent, ReplayLog, ReplayUpdate } from './log'
import { Recording } from './recording'

const EDITS = 20_000
const EVENTS = 5_000
const start = Date.UTC(2026, 10, 28, 6)
const at = (part: number) => new Date(start + part * 7_200_000).toISOString()

function createLog(): ReplayLog {
  const updates: ReplayUpdate[] = Array.from({ length: EDITS }, (_, index) => ({
    at: at(index / EDITS),
    author: 'c',
    event: 'input.type',
    changes: index === 0 ? [[0, 'x']] : [index, index % 60 === 0 ? [0, '', ''] : [0, 'x']],
  }))
  const events: ReplayEvent[] = Array.from({ length: EVENTS }, (_, index) => ({
    seq: index + 1, at: at(index / EVENTS), actor: 'c', kind: 'cursor', subject: 'code', version: 0,
    data: { version: Math.floor((index / EVENTS) * EDITS), ranges: [{ anchor: 0, head: 0 }] },
  }))
  events[0] = { seq: 1, at: at(0), actor: 'c', kind: 'join', version: 0, data: { name: '赵一鸣', role: 'candidate' } }
  return { interviewId: 'i', state: 'ended', documents: [{ doc: 'code', updates }], events }
}

const log = createLog()
const recording = new Recording(log)
const code = recording.documents.get('code')

describe('replay of 20,000 edits', () => {
  bench('open', () => void new Recording(log))
  bench('seek to a random moment', () => {
    const time = Math.random() * recording.duration
    const version = code?.versionAt(time) ?? 0
    code?.textAt(version)
    recording.cursorsAt('code', version, time)
  })
})
