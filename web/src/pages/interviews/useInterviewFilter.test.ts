import { describe, expect, it } from 'vitest'
import { toApiFilter } from './useInterviewFilter'

describe('queryOf', () => {
  it('reads what is to come from its beginning and what was from its end', () => {
    expect(toApiFilter({ which: 'upcoming', scope: 'mine', position: '' }, '')).toEqual({
      scope: 'mine', state: ['scheduled', 'in_progress'], order: 'asc', q: undefined, positionId: undefined,
    })
    expect(toApiFilter({ which: 'ended', scope: 'all', position: 'p1' }, '周')).toEqual({
      scope: 'all', state: ['ended'], order: 'desc', q: '周', positionId: 'p1',
    })
  })

  it('asks for no state when all are wanted', () => {
    expect(toApiFilter({ which: 'all', scope: 'all', position: '' }, '').state).toBeUndefined()
  })
})
