// The text that a terminal shows, without a terminal: for the replay, for exported files and for earlier runs.

const MAX_UNITS = 64 * 1024 // at the end of the output
const MAX_LINES = 2_000
const SURPLUS_LINES = 1_000 // discarded together
const MAX_COLUMN = 2_000 // that movements reach
const TAB = 8

// A control sequence, another escape sequence, a control character, or text.
const TOKENS = /\u001B\[([0-9;?>=]*)[ -/]*([@-~])|\u001B(?:[\]P^_X][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[ -/]*[0-~])|([\u0000-\u001F\u007F])|([^\u0000-\u001F\u007F]+)/gu

class Screen {
  private lines: string[][] = [[]]
  private row = 0
  private col = 0

  constructor(private readonly rows: number) {}

  write(text: string): void {
    const line = this.line()
    while (line.length < this.col) line.push(' ')
    for (const character of text) line[this.col++] = character
  }

  control(character: string): void {
    if (character === '\r') this.col = 0
    else if (character === '\b') this.col = Math.max(0, this.col - 1)
    else if (character === '\t') this.moveRight(TAB - (this.col % TAB))
    else if (character === '\n') {
      this.row++
      this.line()
    }
  }

  // Cursor movements and erasure. Colours and modes change no text.
  sequence(params: string, final: string): void {
    const [first = 0, second = 0] = params.split(';').map(Number)
    const count = Math.min(first || 1, MAX_LINES)
    const top = Math.max(0, this.lines.length - this.rows)
    switch (final) {
      case 'A':
        this.row = Math.max(top, this.row - count)
        break
      case 'B':
        this.row = Math.min(this.lines.length - 1, this.row + count)
        break
      case 'C':
        this.moveRight(count)
        break
      case 'D':
        this.col = Math.max(0, this.col - count)
        break
      case 'G':
        this.col = count - 1
        break
      case 'H':
      case 'f':
        this.row = top + Math.min(this.rows, count) - 1
        this.col = Math.min(MAX_COLUMN, second || 1) - 1
        this.line()
        break
      case 'J':
        this.eraseLines(first, top)
        break
      case 'K':
        this.eraseInLine(first)
    }
  }

  toString(): string {
    return this.lines.slice(-MAX_LINES).map((line) => line.join('').trimEnd()).join('\n')
  }

  private moveRight(count: number): void {
    this.col = Math.max(this.col, Math.min(MAX_COLUMN, this.col + count))
  }

  private line(): string[] {
    while (this.row >= this.lines.length) this.lines.push([])
    const surplus = this.lines.length - MAX_LINES
    if (surplus > SURPLUS_LINES) {
      this.lines.splice(0, surplus)
      this.row = Math.max(0, this.row - surplus)
    }
    return this.lines[this.row] as string[]
  }

  private eraseInLine(mode: number): void {
    const line = this.line()
    if (mode === 0) line.length = Math.min(line.length, this.col)
    else if (mode === 2) line.length = 0
    else line.fill(' ', 0, this.col + 1)
  }

  private eraseLines(mode: number, top: number): void {
    this.eraseInLine(mode)
    if (mode === 0) this.lines.splice(this.row + 1)
    else for (let row = top; row < (mode === 1 ? this.row : this.lines.length); row++) this.lines[row] = []
  }
}

/** The text after the output was written to a terminal with this number of rows; of long output, that of the end. */
export function terminalText(output: string, rows: number): string {
  const screen = new Screen(rows)
  for (const [, params = '', final, control, text] of output.slice(-MAX_UNITS).matchAll(TOKENS)) {
    if (final !== undefined) screen.sequence(params, final)
    else if (control !== undefined) screen.control(control)
    else if (text !== undefined) screen.write(text)
  }
  return screen.toString()
}
