// Formats program output for the page.

// Colours and cursor movements: ESC [ … letter, ESC ] … BEL, and two-letter sequences.
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g

/** Removes terminal sequences. A carriage return overwrites the line, as progress bars expect. */
export function stripTerminalSequences(text: string): string {
  const plain = text.replace(ESCAPES, '').replace(/\r+\n/g, '\n')
  if (!plain.includes('\r')) return plain
  return plain
    .split('\n')
    .map((line) => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1))
    .join('\n')
}

/** 180 ms, 2.4 s */
export function formatDuration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

/** 9.0 MB */
export function formatSize(bytes: number): string {
  if (bytes < 1 << 20) return `${Math.max(1, Math.round(bytes / 1_024))} KB`
  return `${(bytes / (1 << 20)).toFixed(1)} MB`
}
