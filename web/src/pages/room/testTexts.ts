import type { TestReport } from '@/room/protocol'

interface DifferingText {
  common: string
  different: string
}

/** Splits two texts at their first difference, between whole characters. */
export function splitAtDifference(expected: string, actual: string): [DifferingText, DifferingText] {
  const [a, b] = [Array.from(expected), Array.from(actual)]
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n++
  const split = (list: string[]) => ({ common: list.slice(0, n).join(''), different: list.slice(n).join('') })
  return [split(a), split(b)]
}

/** The elements of a JSON array as texts, which keep the digits of numbers; undefined for another or a cut text. */
function splitArray(json: string): string[] | undefined {
  const text = json.trim()
  const items: string[] = []
  let begin = 1
  let depth = 0
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    const at = token.index
    if ('[{'.includes(token[0])) depth++
    if (']}'.includes(token[0])) depth--
    const isEnd = depth === 0
    if (isEnd || (depth === 1 && token[0] === ',')) {
      items.push(text.slice(begin, at).trim())
      begin = at + 1
    }
    if (isEnd) return text.startsWith('[') && begin === text.length ? items.filter((item, index) => item || index > 0) : undefined
  }
  return undefined
}

/** The arguments of a call with the names of the parameters, or as a call; the input of other cases. */
export function formatArguments(input: string, { function: name, parameters }: Pick<TestReport, 'function' | 'parameters'>): string {
  const values = name ? splitArray(input) : undefined
  if (!values) return input
  if (parameters?.length !== values.length || values.length === 0) return `${name}(${values.join(', ')})`
  return values.map((value, index) => `${parameters[index]} = ${value}`).join('\n')
}
