import { Terminal } from '@xterm/xterm'
import type { TerminalSize } from '@/room/protocol'

const SCROLLBACK_LINES = 5_000
const WRITE_UNITS = 8 * 1024 // parsed without a pause; the terminal pauses between writes

// What a program may not cause: the clipboard (52), a title (0 to 2), links (8), and answers, which all
// pages in the room would type: reports of colours (4, 10 to 19), of the terminal and of its state.
const IGNORED_OSC = [0, 1, 2, 4, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 52]
const IGNORED_CSI = [
  { final: 'c' },
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' },
  { prefix: '?', final: 'n' },
  { final: 't' },
  { prefix: '>', final: 'q' },
  { intermediates: '$', final: 'p' },
  { prefix: '?', intermediates: '$', final: 'p' },
]
const IGNORED_DCS = [
  { intermediates: '$', final: 'q' },
  { intermediates: '+', final: 'q' },
]
const REPORT_MODES = [9, 1_000, 1_001, 1_002, 1_003, 1_004, 1_005, 1_006, 1_015, 1_016] // of the mouse and the focus

/** A terminal that shows the output of a program that is not trusted. */
export function createTerminal({ rows, cols }: TerminalSize, font: string): Terminal {
  const terminal = new Terminal({
    rows,
    cols,
    fontFamily: font,
    fontSize: 13,
    scrollback: SCROLLBACK_LINES,
    minimumContrastRatio: 4.5,
    linkHandler: { activate: () => undefined },
  })
  const { parser } = terminal
  const ignore = () => true
  IGNORED_OSC.forEach((id) => parser.registerOscHandler(id, ignore))
  IGNORED_CSI.forEach((id) => parser.registerCsiHandler(id, ignore))
  IGNORED_DCS.forEach((id) => parser.registerDcsHandler(id, ignore))
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => params.flat().some((mode) => REPORT_MODES.includes(mode)))
  return terminal
}

/** Writes output in pieces, so that much of it does not block the page. */
export function writeOutput(terminal: Pick<Terminal, 'write'>, output: string): void {
  for (let start = 0; start < output.length; start += WRITE_UNITS) terminal.write(output.slice(start, start + WRITE_UNITS))
}

/**
 * Returns whether the terminal handles a key, or else the browser. After Escape, Tab moves the focus, as in the editor;
 * Ctrl-C copies a selection, and interrupts the program without one; Ctrl-V pastes.
 */
export function createKeyHandler(hasSelection: () => boolean): (event: KeyboardEvent) => boolean {
  let escaped = false
  return (event) => {
    if (event.type !== 'keydown') return true
    if (event.key === 'Shift') return true // of Shift+Tab
    const leaves = escaped && event.key === 'Tab'
    escaped = event.key === 'Escape'
    if (leaves) return false
    const key = event.key.toLowerCase()
    const isBrowsers = event.ctrlKey && !event.altKey && (key === 'v' || (key === 'c' && (event.shiftKey || hasSelection())))
    return !isBrowsers
  }
}
