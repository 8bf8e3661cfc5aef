import { describe, expect, it } from 'vitest'
import { DocumentHistory } from './history'
import type { ReplayEvent, ReplayLog, ReplayUpdate } from './log'
import { Player } from './player'
import { PlayTime } from './playTime'
import { filesOf, languageOf, lastEditedFile, Recording } from './recording'

const start = Date.UTC(2026, 10, 28, 6)
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString()

function typing(text: string, author: string, seconds: number[]): ReplayUpdate[] {
  return [...text].map((letter, index) => ({
    at: at(seconds[index] ?? 0),
    author,
    event: 'input.type',
    changes: index === 0 ? [[0, letter]] : [index, [0, letter]],
  }))
}

function createLog(events: ReplayEvent[], updates: ReplayUpdate[] = []): ReplayLog {
  return { interviewId: 'i', state: 'ended', documents: [{ doc: 'code', updates }], events }
}

const join = (seq: number, seconds: number, actor: string, name: string): ReplayEvent => ({
  seq, at: at(seconds), actor, kind: 'join', version: 0, data: { name, role: actor === 'c' ? 'candidate' : 'interviewer' },
})

const session: ReplayLog = createLog(
  [
    join(1, 0, 'i', '陈默'),
    join(2, 10, 'c', '赵一鸣'),
    { seq: 3, at: at(11), actor: 'i', kind: 'problem', subject: 'q', version: 0, data: { title: '两数之和' } },
    { seq: 4, at: at(12), actor: 'i', kind: 'language', version: 0, data: { language: 'python' } },
    { seq: 5, at: at(30), actor: 'c', kind: 'cursor', subject: 'code', version: 2, data: { version: 2, ranges: [{ anchor: 0, head: 2 }] } },
    { seq: 6, at: at(40), actor: 'c', kind: 'run', subject: 'r', version: 3, data: { version: 3, language: 'python' } },
    { seq: 7, at: at(41), kind: 'output', subject: 'r', version: 3, data: { seq: 1, chunks: [{ stream: 'stdout', text: 'ok\n' }] } },
    {
      seq: 8, at: at(42), kind: 'finish', subject: 'r', version: 3,
      data: { result: { status: 'ok', exitCode: 0, wallMs: 20, cpuMs: 10, memoryBytes: 1, truncated: false } },
    },
    { seq: 9, at: at(50), actor: 'i', kind: 'chat', subject: 'ref', version: 3, data: { id: 'm', name: '陈默', text: '复杂度？' } },
    { seq: 10, at: at(3_600), actor: 'c', kind: 'leave', version: 3, data: {} },
  ],
  typing('abc', 'c', [20, 25, 35]),
)

describe('files of an answer', () => {
  const entry = 'code' as const
  const files = [{ doc: entry, path: 'main.py' }, { doc: 'code/f' as const, path: 'util.go' }]
  const data = { answer: entry, path: 'util.go', entry, files }
  const log = createLog(
    [
      { seq: 1, at: at(10), actor: 'c', kind: 'file_create', subject: 'code/f', version: 1, data: { ...data, created: ['code/f'] } },
      { seq: 2, at: at(30), actor: 'c', kind: 'file_entry', subject: 'code/f', version: 1, data: { ...data, entry: 'code/f' } },
      { seq: 3, at: at(40), actor: 'c', kind: 'file_delete', subject: 'code', version: 1, data: { ...data, path: 'main.py', entry: 'code/f', files: files.slice(1) } },
    ],
    typing('a', 'c', [5]),
  )
  log.documents.push({ doc: 'code/f', updates: typing('xy', 'c', [20, 21]) })
  const recording = new Recording(log)
  const stateAt = (seconds: number) => recording.stateAt(seconds * 1_000 - 5_000) // the recording starts with the first edit

  it('are those of the last event before a time, and one before the first', () => {
    expect(filesOf(stateAt(6), 'code')).toEqual({ entry: 'code', files: [{ doc: 'code' }] })
    expect(filesOf(stateAt(15), 'code')).toEqual({ entry: 'code', files })
    expect(filesOf(stateAt(45), 'code')).toEqual({ entry: 'code/f', files: files.slice(1) })
    expect([15, 35].map((seconds) => languageOf(stateAt(seconds), 'code'))).toEqual(['python', 'go'])
    expect(recording.moments.filter(({ kind }) => kind === 'file')).toHaveLength(3)
  })

  it('are followed by the last edit', () => {
    expect([15, 25, 45].map((seconds) => lastEditedFile(recording, 'code', seconds * 1_000 - 5_000))).toEqual(['code', 'code/f', 'code/f'])
  })
})

describe('a run in a terminal', () => {
  const terminal = createLog([
    join(1, 0, 'c', '赵一鸣'),
    { seq: 2, at: at(1), actor: 'c', kind: 'run', subject: 'r', version: 0, data: { version: 0, language: 'python', terminal: { rows: 24, cols: 80 } } },
    { seq: 3, at: at(2), kind: 'output', subject: 'r', version: 0, data: { seq: 1, chunks: [{ stream: 'stdout', text: 'name? ' }] } },
    { seq: 4, at: at(3), actor: 'c', kind: 'resize', subject: 'r', version: 0, data: { rows: 30, cols: 100 } },
    { seq: 5, at: at(4), actor: 'c', kind: 'input', subject: 'r', version: 0, data: { text: 'li' } },
    { seq: 6, at: at(5), kind: 'output', subject: 'r', version: 0, data: { seq: 2, chunks: [{ stream: 'stdout', text: 'li' }] } },
    { seq: 7, at: at(6), actor: 'i', kind: 'input', subject: 'r', version: 0, data: { text: '\r' } },
  ])
  const recording = new Recording(terminal)

  it('has the content and the size of each moment', () => {
    const contentAt = (seconds: number) => {
      const run = recording.stateAt(seconds * 1_000).runs[0]
      return [run?.chunks.map(({ text }) => text).join(''), run?.terminal?.cols]
    }
    expect([1, 2, 3, 4, 5, 2].map(contentAt)).toEqual([['', 80], ['name? ', 80], ['name? ', 100], ['name? ', 100], ['name? li', 100], ['name? ', 80]])
  })

  it('has a moment for each line that was typed, by its author', () => {
    expect(recording.moments.filter(({ event }) => event?.kind === 'input').map(({ time, actor, kind }) => [time, actor, kind])).toEqual([[6_000, 'i', 'run']])
  })
})

describe('DocumentHistory', () => {
  const letters = Array.from({ length: 1_000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('')
  const history = new DocumentHistory(typing(letters, 'c', letters.split('').map((_, index) => index)), start)

  it.each([0, 1, 199, 200, 201, 400, 999, 1_000])('has the text of version %i', (version) => {
    expect(history.textAt(version).toString()).toBe(letters.slice(0, version))
  })

  it('finds the version at a time', () => {
    expect([-1, 0, 999, 1_000, 500_000, 1e9].map((time) => history.versionAt(time))).toEqual([0, 1, 1, 2, 501, 1_000])
  })

  it('maps a cursor over later edits', () => {
    const insertions = new DocumentHistory(
      [...typing('ab', 'c', [0, 1]), { at: at(2), author: 'i', changes: [[0, 'xx'], 2] }],
      start,
    )
    expect(insertions.mapRanges([{ anchor: 1, head: 2 }], 2, 3)).toEqual([{ anchor: 3, head: 4 }])
    expect(insertions.positionAfter(2)).toBe(2)
  })
})

describe('PlayTime', () => {
  const playTime = new PlayTime([0, 1_000, 61_000, 62_000], 100_000, 5_000)

  it('shortens long gaps only', () => {
    expect(playTime.duration).toBe(1_000 + 1_000 + 1_000 + 1_000)
    expect([0, 500, 1_000, 31_000, 61_000, 61_500, 100_000].map((time) => playTime.toPlayed(time))).toEqual([0, 500, 1_000, 1_500, 2_000, 2_500, 4_000])
  })

  it('is invertible', () => {
    for (const time of [0, 700, 1_000, 20_000, 61_000, 81_000, 100_000]) expect(playTime.toRecorded(playTime.toPlayed(time))).toBeCloseTo(time, 6)
  })

  it('maps an empty recording', () => {
    expect(new PlayTime([], 0, 5_000).toRecorded(10)).toBe(0)
  })
})

describe('Recording', () => {
  const recording = new Recording(session)

  it('has the people, the duration and the moments in order', () => {
    expect(recording.nameOf('c')).toBe('赵一鸣')
    expect(recording.duration).toBe(3_600_000)
    expect(recording.moments.map(({ kind }) => kind)).toEqual(
      ['room', 'room', 'room', 'room', 'edit', 'edit', 'edit', 'run', 'run', 'chat', 'room'],
    )
  })

  it('folds the events up to a time, forwards and backwards', () => {
    for (const seconds of [41.5, 3_600, 41.5]) {
      const state = recording.stateAt(seconds * 1_000)
      expect(state.question).toBe('两数之和')
      expect(state.languages).toEqual({ code: 'python' })
      expect(state.runs[0]?.chunks).toEqual([{ stream: 'stdout', text: 'ok\n' }])
      expect(state.runs[0]?.result?.status).toBe(seconds > 42 ? 'ok' : undefined)
      expect(state.chat).toHaveLength(seconds > 50 ? 1 : 0)
      expect(state.present).toEqual(seconds >= 3_600 ? ['i'] : ['i', 'c'])
    }
  })

  it('has an answer with a language for each question', () => {
    const answers = new Recording(
      createLog([
        { seq: 1, at: at(1), actor: 'i', kind: 'language', version: 0, data: { doc: 'code', language: 'c' } },
        { seq: 2, at: at(2), actor: 'i', kind: 'problem', subject: 'q', version: 0, data: { title: '两数之和', doc: 'code:q', language: 'go' } },
        { seq: 3, at: at(3), actor: 'c', kind: 'run', subject: 'r', version: 1, data: { doc: 'code:q', version: 1, language: 'go' } },
        { seq: 4, at: at(4), actor: 'i', kind: 'problem', version: 0, data: { doc: 'code' } },
      ]),
    )
    expect(answers.stateAt(2_500)).toMatchObject({ answer: 'code:q', question: '两数之和', languages: { code: 'c', 'code:q': 'go' } })
    expect(answers.stateAt(4_500)).toMatchObject({ answer: 'code', question: '', runs: [{ doc: 'code:q' }] })
  })

  it('shows the newest of the cursor and the edit of a participant', () => {
    expect(recording.cursorsAt('code', 2, 26_000).get('c')).toEqual([{ anchor: 2, head: 2 }])
    expect(recording.cursorsAt('code', 2, 31_000).get('c')).toEqual([{ anchor: 0, head: 2 }])
    expect(recording.cursorsAt('code', 3, 36_000).get('c')).toEqual([{ anchor: 3, head: 3 }])
    expect(recording.cursorsAt('code', 3, 3_600_000).has('c')).toBe(false)
  })

  it('reads an empty log', () => {
    const empty = new Recording(createLog([]))
    expect(empty.isEmpty).toBe(true)
    expect(empty.duration).toBe(0)
    expect(empty.stateAt(0).chat).toEqual([])
  })
})

describe('Player', () => {
  function createPlayer(time?: number) {
    let now = 0
    let callback: (() => void) | undefined
    const player = new Player(new Recording(session), time, {
      now: () => now,
      requestFrame: (next) => {
        callback = next
        return 1
      },
      cancelFrame: () => (callback = undefined),
    })
    const advance = (milliseconds: number) => {
      now += milliseconds
      callback?.()
    }
    return { player, advance }
  }

  it('plays at its speed and shortens what is idle', () => {
    const { player, advance } = createPlayer(20_000)
    player.setSpeed(2)
    player.play()
    advance(1_000)
    expect(player.getSnapshot().time).toBeCloseTo(22_000)
    player.skip(28_000 + 500) // the gap of nearly an hour after the chat message lasts one second
    expect(player.getSnapshot().time).toBeGreaterThan(50_000)
    advance(60_000)
    expect(player.getSnapshot()).toMatchObject({ time: 3_600_000, playing: false })
  })

  it('starts again at the end', () => {
    const { player } = createPlayer(3_600_000)
    player.toggle()
    expect(player.getSnapshot()).toMatchObject({ time: 0, playing: true })
    player.toggle()
    expect(player.getSnapshot().playing).toBe(false)
  })

  it.each([[-5, 0], [Number.NaN, 0], [1e12, 3_600_000]])('clamps a start at %d', (time, want) => {
    expect(createPlayer(time).player.getSnapshot().time).toBe(want)
  })

  it('notifies its subscribers until they leave', () => {
    const { player } = createPlayer()
    let calls = 0
    const unsubscribe = player.subscribe(() => calls++)
    player.changeSpeed(1)
    unsubscribe()
    player.changeSpeed(-1)
    expect(calls).toBe(1)
    expect(player.getSnapshot().speed).toBe(1)
  })
})
