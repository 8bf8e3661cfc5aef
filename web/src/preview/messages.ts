// What a frame reports about its page. The code of the page runs in the same window, so nothing in it is trusted.

export const levels = ['log', 'info', 'warn', 'error', 'alert', 'confirm', 'prompt', 'blocked'] as const

/** `missing` is a file of the page that does not exist, which the room reports itself. */
export type Level = (typeof levels)[number] | 'missing'

export interface ReportedEntry {
  level: Level
  text: string
  /** file and line of an error */
  path?: string
  line?: number
}

export type FrameMessage = { type: 'pong'; id: number } | { type: 'shown' } | { type: 'console'; entries: ReportedEntry[]; dropped: number }

export const MAX_ENTRY_UNITS = 4_000
const MAX_BATCH = 100

/** The message, or undefined if it has another shape. Longer texts and lists are cut. */
export function parseFrameMessage(data: unknown): FrameMessage | undefined {
  if (!isRecord(data)) return undefined
  switch (data.type) {
    case 'pong':
      return typeof data.id === 'number' ? { type: 'pong', id: data.id } : undefined
    case 'shown':
      return { type: 'shown' }
    case 'console': {
      const { entries, dropped } = data
      if (!Array.isArray(entries) || !isCount(dropped)) return undefined
      const parsed = entries.slice(0, MAX_BATCH).flatMap((entry) => parseEntry(entry) ?? [])
      return { type: 'console', entries: parsed, dropped: dropped + entries.length - parsed.length }
    }
  }
  return undefined
}

function parseEntry(entry: unknown): ReportedEntry | undefined {
  if (!isRecord(entry)) return undefined
  const { level, text, path, line } = entry
  const known = levels.find((one) => one === level)
  if (!known || typeof text !== 'string') return undefined
  return {
    level: known,
    text: text.slice(0, MAX_ENTRY_UNITS),
    ...(typeof path === 'string' && { path: path.slice(0, 200) }),
    ...(isCount(line) && line > 0 && { line }),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
