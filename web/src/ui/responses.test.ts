import { describe, expect, it } from 'vitest'
import type { InterviewState, Interviewer } from '@/api/types'
import { hasDeclined, hasStarted, visibleResponse } from './responses'

const start = new Date('2026-11-30T02:00:00Z')
const before = new Date(start.getTime() - 1)

describe('visibleResponse', () => {
  it.each<[InterviewState, Date, boolean]>([
    ['scheduled', before, false],
    ['scheduled', start, true],
    ['in_progress', before, true],
    ['ended', before, true],
    ['cancelled', before, true],
  ])('has no missing response after the start (%s, %s)', (state, now, started) => {
    const interview = { state, startsAt: start.toISOString() }
    expect(hasStarted(interview, now)).toBe(started)
    const responses: Interviewer['response'][] = ['pending', 'accepted', 'declined']
    expect(responses.map((response) => visibleResponse(interview, { response }, now))).toEqual([started ? undefined : 'pending', 'accepted', 'declined'])
  })
})

describe('hasDeclined', () => {
  it('is about the member alone', () => {
    const interviewers = [{ userId: 'a', response: 'declined' }, { userId: 'b', response: 'pending' }] as Interviewer[]
    expect(['a', 'b', 'c'].map((userId) => hasDeclined({ interviewers }, userId))).toEqual([true, false, false])
  })
})
