import { describe, expect, it } from 'vitest'
import type { ApprovalControl } from '@/api/types'
import { suggestFields, valueOf, withValue } from './values'

const text = ['candidate', 'position', 'round', 'decision', 'reason', 'link', 'decider']

function control(id: string, title: string, sources: string[] = text): ApprovalControl {
  return { id, kind: 'Text', title, required: false, options: [], sources }
}

describe('values of controls', () => {
  it('are sources and options', () => {
    const fields = withValue(withValue([], 'Text-1', 'candidate'), 'Selector-2', 'option:option-1')
    expect(fields).toEqual([{ controlId: 'Text-1', source: 'candidate' }, { controlId: 'Selector-2', source: 'option', option: 'option-1' }])
    expect(valueOf(fields, 'Selector-2')).toBe('option:option-1')
    expect(valueOf(fields, 'Text-3')).toBe('')
    expect(withValue(fields, 'Text-1', '')).toEqual([fields[1]])
    expect(valueOf(withValue(fields, 'Text-1', 'link'), 'Text-1')).toBe('link')
  })
})

describe('suggested values', () => {
  it('follow the titles, each once, and keep what was chosen', () => {
    const controls = [control('a', '候选人姓名'), control('b', '应聘职位'), control('c', '候选人备注'), control('d', '面试链接'), control('e', '薪资', []), control('f', '录用理由')]
    expect(suggestFields({ name: '录用审批', controls }, [{ controlId: 'b', source: 'decision' }, { controlId: 'gone', source: 'reason' }])).toEqual([
      { controlId: 'b', source: 'decision' },
      { controlId: 'a', source: 'candidate' },
      { controlId: 'd', source: 'link' },
      { controlId: 'f', source: 'reason' },
    ])
  })
})
