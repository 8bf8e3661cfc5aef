import { describe, expect, it } from 'vitest'
import type { LoopProposal } from '@/api/types'
import type { Draft } from '../interview-form/draft'
import { addRound, changeRound, emptyLoop, removeRound, setFromPool, shiftRound, toLoopInput, toLoopQuery, validateLoop, type LoopDraft } from './rounds'

const titleOf = ({ candidate, round }: Draft) => `${candidate?.title ?? ''} ${round}`

function sample(): LoopDraft {
  let loop = emptyLoop('2026-12-01')
  loop = { ...loop, common: { ...loop.common, position: { id: 'p', title: 'Go' }, candidate: { id: 'c', title: '赵一鸣' } } }
  loop = changeRound(loop, 0, { addInterviewer: { userId: 'lin', name: '林悦', reachable: true } })
  return setFromPool(loop, 1, 1)
}

const slot = (round: number, startsAt: string, userId: string) => ({ round, startsAt, endsAt: startsAt, interviewers: [{ userId, name: userId }], conflicts: [] })

describe('a loop that is planned', () => {
  it('is complete with interviewers or the pool', () => {
    expect(validateLoop(sample())).toEqual({})
    expect(validateLoop(addRound(sample()))).toEqual({ 'rounds[2].interviewers': 'interviewer_required' })
    expect(Object.keys(validateLoop(emptyLoop('')))).toEqual(['positionId', 'candidateId', 'day', 'rounds[0].interviewers', 'rounds[1].interviewers'])
  })

  it('numbers titles by place until they are edited', () => {
    const loop = changeRound(sample(), 0, { set: { title: '主管面', ownTitle: true } })
    expect(toLoopQuery(shiftRound(loop, 0, 1), titleOf).rounds.map(({ title }) => title)).toEqual(['赵一鸣 1', '主管面'])
    expect(removeRound(addRound(loop), 1).rounds.map(({ key }) => key)).toEqual([0, 2])
  })

  it('is created at the times of a proposal, numbered by time', () => {
    const proposal: LoopProposal = { fits: true, reordered: true, slots: [slot(1, '2026-12-01T01:00:00Z', 'sun'), slot(0, '2026-12-01T02:15:00Z', 'lin')] }
    const { rounds, key, overrideWarnings } = toLoopInput(sample(), proposal, titleOf, 'Asia/Shanghai', 'k', false)
    expect({ key, overrideWarnings }).toEqual({ key: 'k', overrideWarnings: false })
    expect(rounds.map(({ title, round, startsAt, interviewers }) => [title, round, startsAt, interviewers.join()])).toEqual([
      ['赵一鸣 1', 1, '2026-12-01T01:00:00Z', 'sun'],
      ['赵一鸣 2', 2, '2026-12-01T02:15:00Z', 'lin'],
    ])
  })
})
