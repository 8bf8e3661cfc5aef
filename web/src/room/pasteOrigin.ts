// Whether a pasted text comes from the room. Interviewers see pastes from outside, so a text that was
// copied from the room, or that is or was in it, must not count as one.

import type { Text } from '@codemirror/state'

const MAX_RECENT_COPIES = 50
const MAX_VERSIONS = 200
const MAX_SEARCHED_UNITS = 8 << 20
const STORAGE_KEY = 'huimian.copies'

/** Line endings, indentation and line breaks differ between a page, a clipboard and a document. */
function normalizeText(text: string): string {
  return text.replace(/\s+/gu, '')
}

/** Two 32-bit FNV-1a hashes of different seeds. A collision only makes a paste count as one from the room. */
export function hashText(text: string): string {
  let [a, b] = [0x811c9dc5, 0x2545f491]
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x01000193)
  }
  return `${text.length}.${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}`
}

/**
 * The texts copied from a room. Hashes of them are in localStorage, so that they are shared with the
 * other tabs of the participant and survive a reload.
 */
export class CopyLog {
  private hashes: string[] = []

  constructor(private readonly getRoomId: () => string) {}

  remember(text: string): void {
    const normalized = normalizeText(text)
    if (normalized === '') return
    this.hashes = [...new Set([...this.read(), ...this.hashes, hashText(normalized)])].slice(-MAX_RECENT_COPIES)
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify({ room: this.getRoomId(), hashes: this.hashes }))
    } catch {
      // Storage is unavailable: the hashes are kept in memory only.
    }
  }

  includes(text: string): boolean {
    const hash = hashText(normalizeText(text))
    return this.hashes.includes(hash) || this.read().includes(hash)
  }

  private read(): string[] {
    try {
      const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as { room: string; hashes: string[] } | null
      return stored?.room === this.getRoomId() && Array.isArray(stored.hashes) ? stored.hashes : []
    } catch {
      return []
    }
  }
}

/** The versions of a document from which text was deleted, the newest last. CodeMirror's versions share their lines. */
export class VersionLog {
  private versions: Text[] = []
  private inDeletion = false

  /** Called for each change of the document: before is the version that was changed. */
  handleChange(before: Text, deletes: boolean): void {
    // Of a series of deletions only the version before the first is needed.
    if (deletes && !this.inDeletion) this.add(before)
    this.inDeletion = deletes
  }

  /** Called with the version that is replaced as a whole. */
  handleReset(before: Text): void {
    this.add(before)
    this.inDeletion = false
  }

  private add(version: Text): void {
    if (version.length > 0) this.versions = [...this.versions, version].slice(-MAX_VERSIONS)
  }

  *texts(): Generator<string> {
    for (const version of [...this.versions].reverse()) yield version.toString()
  }
}

/** Reports whether one of the texts contains the pasted one. The search ends after MAX_SEARCHED_UNITS. */
export function isInTexts(pasted: string, texts: Iterable<string>): boolean {
  const normalized = normalizeText(pasted)
  if (normalized === '') return true
  let searched = 0
  for (const text of texts) {
    if (normalizeText(text).includes(normalized)) return true
    searched += text.length
    if (searched > MAX_SEARCHED_UNITS) return false
  }
  return false
}
