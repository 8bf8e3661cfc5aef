import { describe, expect, it } from 'vitest'
import { searchChange, toApiFilter } from './useInterviewFilter'

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

describe('searchChange', () => {
  it('covers all interviews when the search begins with the default filter', () => {
    expect(searchChange({ which: 'upcoming' }, '孟凡')).toEqual({ q: '孟凡', which: 'all' })
  })

  it.each(['ended', 'cancelled', 'all'] as const)('keeps the filter %s', (which) => {
    expect(searchChange({ which }, '孟凡')).toEqual({ q: '孟凡' })
  })

  it('keeps the filter when the search is cleared', () => {
    expect(searchChange({ which: 'upcoming' }, '')).toEqual({ q: '' })
  })
})
