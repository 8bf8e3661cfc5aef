import { describe, expect, it } from 'vitest'
import { markValue, spaceValues } from './spacing'

describe('spaceValues', () => {
  it.each([
    ['陈默', '取消了', '陈默取消了'],
    ['Emily Carter', '取消了', 'Emily Carter 取消了'],
    ['A', '取消了', 'A 取消了'],
    ['默', '取消了', '默取消了'],
    ['陈默（HR）', '取消了', '陈默（HR）取消了'],
    ['マネージャー', 'さん', 'マネージャーさん'],
    ['', '取消了', '取消了'],
    ['陈默', ' cancelled', '陈默 cancelled'],
  ])('%s%s', (value, text, want) => {
    expect(spaceValues(markValue(value) + text)).toBe(want)
  })

  it.each([
    ['联系', '陈默', '联系陈默'],
    ['联系', 'Emily', '联系 Emily'],
    ['联系：', 'Emily', '联系：Emily'],
  ])('%s%s', (text, value, want) => {
    expect(spaceValues(text + markValue(value))).toBe(want)
  })

  it('handles adjacent values', () => {
    expect(spaceValues(`由${markValue('Acme')}${markValue('陈默')}安排`)).toBe('由 Acme 陈默安排')
  })
})
