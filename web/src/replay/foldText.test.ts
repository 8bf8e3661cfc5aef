import { expect, it } from 'vitest'
import { foldText } from './foldText'

it.each([
  ['José GARCÍA', 'jose garcia'],
  ['ＲＵＮ １２３', 'run 123'],
  ['ﾀﾞﾝｽ', 'ダンス'],
  ['が', 'が'],
  ['김민수', '김민수'],
])('%s is found as %s', (text, folded) => expect(foldText(text)).toBe(folded))

it('keeps sounds of kana apart', () => expect(foldText('がく')).not.toBe(foldText('かく')))
