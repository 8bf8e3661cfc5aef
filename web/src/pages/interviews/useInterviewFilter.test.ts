import { describe, expect, it } from 'vitest'
import { toApiFilter } from './useInterviewFilter'

describe('toApiFilter', () => {
  it('sorts upcoming interviews ascending and past ones descending', () => {
    expect(toApiFilter({ which: 'upcoming', scope: 'mine', position: '' }, '')).toEqual({
      scope: 'mine', state: ['scheduled', 'in_progress'], order: 'asc', q: undefined, positionId: undefined,
    })
    expect(toApiFilter({ which: 'ended', scope: 'all', position: 'p1' }, '周')).toEqual({
      scope: 'all', state: ['ended'], order: 'desc', q: '周', positionId: 'p1',
    })
  })

  it('has no state for all', () => {
    expect(toApiFilter({ which: 'all', scope: 'all', position: '' }, '').state).toBeUndefined()
  })
})
