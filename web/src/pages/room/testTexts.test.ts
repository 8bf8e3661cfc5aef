import { describe, expect, it } from 'vitest'
import { formatArguments, splitAtDifference } from './testTexts'

describe('texts of test cases', () => {
  it('are split at the first difference, between whole characters', () => {
    expect(splitAtDifference('[1,2]', '[1,3]')).toEqual([{ common: '[1,', different: '2]' }, { common: '[1,', different: '3]' }])
    expect(splitAtDifference('a😀', 'a😁')).toEqual([{ common: 'a', different: '😀' }, { common: 'a', different: '😁' }])
    expect(splitAtDifference('', 'x')).toEqual([{ common: '', different: '' }, { common: '', different: 'x' }])
  })

  it('show the arguments of a call with their names', () => {
    const call = { function: 'f', parameters: ['nums', 'text'] }
    expect(formatArguments('[ [2, 9223372036854775807], "a,]\\"[" ]', call)).toBe('nums = [2, 9223372036854775807]\ntext = "a,]\\"["')
    expect(formatArguments('[[1], {"a": [2]}]', { function: 'f' })).toBe('f([1], {"a": [2]})')
    expect(formatArguments('[]', { function: 'f', parameters: [] })).toBe('f()')
    expect(formatArguments('[[1, 2', call)).toBe('[[1, 2') // it was cut
    expect(formatArguments('[1, 2]', {})).toBe('[1, 2]') // the standard input
  })
})
