import { useState } from 'react'

interface Options {
  value: string
  onChange: (value: string) => void
  /** undefined when the text is no value */
  parse: (text: string) => string | undefined
  /** whether a text is a whole value, to which typing adds nothing */
  isWhole: (text: string) => boolean
}

/**
 * The text of a field whose value has one notation, such as a day, and which is typed as people write it. The value
 * follows when the text is whole or empty, or the field is left; what is no value stays in the field, and the value is empty.
 */
export function useTypedValue({ value, onChange, parse, isWhole }: Options) {
  const [text, setText] = useState<string>()
  const parsed = text === undefined ? value : parse(text)

  function change(next: string) {
    if (next !== value) onChange(next)
  }
  return {
    /** what the field shows */
    text: text ?? value,
    parsed,
    isInvalid: text !== undefined && text.trim() !== '' && parsed === undefined,
    /** Returns whether the text is whole. */
    type(next: string): boolean {
      setText(next)
      const whole = isWhole(next)
      if (whole || next.trim() === '') change(parse(next) ?? '')
      return whole
    },
    commit() {
      if (text === undefined) return
      if (parsed !== undefined || text.trim() === '') setText(undefined)
      change(parsed ?? '')
    },
    choose(next: string) {
      setText(undefined)
      change(next)
    },
  }
}
