/** Encloses interpolated values while a text is composed; a private-use character. */
const valueMark = '\uE000'

const marks = new RegExp(`${valueMark}+`, 'u')
const cjk = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const latin = /[\p{Script=Latin}\p{Nd}]/u

export function markValue(value: string): string {
  return value === '' ? value : valueMark + value + valueMark
}

/**
 * Removes each mark, and replaces it with a space between a Chinese or Japanese
 * character and a Latin letter or digit: 陈默取消了, but Emily 取消了.
 */
export function spaceValues(text: string): string {
  return text.split(marks).reduce((done, part) => done + (needsSpace(done.slice(-1), part.slice(0, 1)) ? ' ' : '') + part)
}

function needsSpace(before: string, after: string): boolean {
  return (cjk.test(before) && latin.test(after)) || (latin.test(before) && cjk.test(after))
}
