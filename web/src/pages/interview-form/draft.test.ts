import { describe, expect, it } from 'vitest'
import type { Interview } from '@/api/types'
import type { Draft } from './draft'
import { findConflict, nextRoundDraft, reduceDraft, emptyDraft, startsInPast, validateDraft, toInterviewInput, toInterviewPatch } from './draft'

const zone = 'Asia/Shanghai'
const titleOf = (draft: Draft) => [draft.candidate?.title, draft.position?.title].filter(Boolean).join(' · ')
const interviewer = { userId: 'lin', name: '林晓', reachable: true }
const completeDraft: Draft = {
  ...emptyDraft('2026-11-24', '14:00'),
  title: ' 一面 ',
  position: { id: 'p1', title: '后端工程师' },
  candidate: { id: 'c1', title: '周宁' },
  interviewers: [interviewer],
}
const before = new Date('2026-11-23T00:00:00Z')

it('nextRoundDraft has the candidate, the position and the next round only', () => {
  const previous = {
    candidate: { id: 'c1', name: '周宁', email: 'zhou@example.com' }, position: { id: 'p1', title: '后端工程师' }, round: 2,
    interviewers: [interviewer], questions: [{ id: 'q', title: '两数之和' }], note: '内部备注', title: '二面',
  } as unknown as Interview
  expect(nextRoundDraft(previous, '2026-11-24', '14:00')).toEqual({
    ...emptyDraft('2026-11-24', '14:00'), candidate: { id: 'c1', title: '周宁' }, position: { id: 'p1', title: '后端工程师' }, round: 3, ownRound: true,
  })
})

it('startsInPast is known before the form is sent', () => {
  expect(startsInPast(completeDraft, zone, before)).toBe(false)
  expect(startsInPast({ ...completeDraft, day: '2020-01-01' }, zone, before)).toBe(true)
  expect(startsInPast({ ...completeDraft, day: '' }, zone, before)).toBe(false)
})

describe('reduceDraft', () => {
  it('generates the title until it is edited', () => {
    let draft = reduceDraft(emptyDraft('2026-11-24', '14:00'), { set: { position: { id: 'p1', title: '后端' } } }, titleOf)
    draft = reduceDraft(draft, { set: { candidate: { id: 'c1', title: '周宁' } } }, titleOf)
    expect(draft.title).toBe('周宁 · 后端')
    draft = reduceDraft(draft, { set: { title: '终面', ownTitle: true } }, titleOf)
    draft = reduceDraft(draft, { set: { position: { id: 'p2', title: '前端' } } }, titleOf)
    expect(draft.title).toBe('终面')
  })

  it('adds an interviewer once', () => {
    const once = reduceDraft(emptyDraft('2026-11-24', '14:00'), { addInterviewer: interviewer }, titleOf)
    expect(reduceDraft(once, { addInterviewer: interviewer }, titleOf).interviewers).toHaveLength(1)
    expect(reduceDraft(once, { removeInterviewer: 'lin' }, titleOf).interviewers).toHaveLength(0)
  })

  it('stops following the position after a question was selected', () => {
    const chosen = reduceDraft(completeDraft, { addQuestion: { id: 'q1', title: '两数之和' } }, titleOf)
    expect([chosen.ownQuestions, chosen.questions.length]).toEqual([true, 1])
    expect(reduceDraft(chosen, { removeQuestion: 'q1' }, titleOf)).toMatchObject({ ownQuestions: true, questions: [] })
  })
})

describe('validateDraft', () => {
  it('accepts a complete draft', () => {
    expect(validateDraft(completeDraft, zone, before)).toEqual({})
  })

  it('reports missing fields by the server paths', () => {
    expect(validateDraft(emptyDraft('', ''), zone, before)).toEqual({
      positionId: 'required', candidateId: 'required', title: 'required', interviewers: 'interviewer_required', startsAt: 'required',
    })
  })

  it('rejects past times in the company time zone', () => {
    expect(validateDraft(completeDraft, zone, new Date('2026-11-24T06:00:00Z'))).toEqual({ startsAt: 'past' })
    expect(validateDraft(completeDraft, zone, new Date('2026-11-24T05:59:00Z'))).toEqual({})
  })

  it.each([
    ['http://meet.example.com', true],
    ['meet.example.com', true],
    ['https://meet.example.com/a', false],
  ])('link %s wrong: %s', (roomUrl, wrong) => {
    expect('room.url' in validateDraft({ ...completeDraft, roomKind: 'link', roomUrl }, zone, before)).toBe(wrong)
  })

  it('reports an invalid personal URL by its index among those sent', () => {
    const interviewers = [interviewer, { userId: 'wu', name: '吴桐', reachable: true }]
    const draft: Draft = { ...completeDraft, interviewers, roomKind: 'link', roomUrl: 'https://m.example', roomAddresses: { wu: 'm.example/wu' } }
    expect(validateDraft(draft, zone, before)).toEqual({ 'room.addresses[0].url': 'https' })
  })
})

describe('API input', () => {
  it('has the start in UTC and trimmed texts', () => {
    expect(toInterviewInput(completeDraft, zone, false)).toMatchObject({
      title: '一面', startsAt: '2026-11-24T06:00:00.000Z', timeZone: zone, interviewers: ['lin'], room: {},
      positionId: 'p1', candidateId: 'c1', overrideWarnings: false,
    })
  })

  it('has the room kind once selected', () => {
    expect(toInterviewInput({ ...completeDraft, roomKind: 'showmebug' }, zone, false).room).toEqual({ kind: 'showmebug' })
  })

  it('has personal URLs of selected interviewers for link rooms only', () => {
    const draft: Draft = { ...completeDraft, roomKind: 'link', roomUrl: 'https://m.example', roomAddresses: { lin: ' https://m.example/lin ', gone: 'https://m.example/gone' } }
    expect(toInterviewInput(draft, zone, false).room).toEqual({ kind: 'link', url: 'https://m.example', addresses: [{ userId: 'lin', url: 'https://m.example/lin' }] })
    expect(toInterviewInput({ ...draft, roomKind: 'builtin' }, zone, false).room).toEqual({ kind: 'builtin' })
  })

  it('has a meeting once selected, with the URL of a link only', () => {
    expect(toInterviewInput(completeDraft, zone, false).meeting).toBeUndefined()
    const draft: Draft = { ...completeDraft, meetingKind: 'link', meetingUrl: ' https://m.example/1 ', meetingCode: ' 123 ' }
    expect(toInterviewInput(draft, zone, false).meeting).toEqual({ kind: 'link', url: 'https://m.example/1', code: '123' })
    expect(toInterviewInput({ ...draft, meetingKind: 'wecom' }, zone, false).meeting).toEqual({ kind: 'wecom' })
    expect(validateDraft({ ...draft, meetingUrl: 'm.example' }, zone, before)).toEqual({ 'meeting.url': 'https' })
  })

  it('has the edited version', () => {
    expect(toInterviewPatch({ ...completeDraft, roomKind: 'link', roomUrl: ' https://m.example ' }, zone, 7, true)).toMatchObject({
      version: 7, overrideWarnings: true, room: { kind: 'link', url: 'https://m.example' },
    })
  })
})

describe('findConflict', () => {
  const other = {
    id: 'i1', state: 'scheduled', startsAt: '2026-11-24T06:30:00Z', endsAt: '2026-11-24T07:30:00Z',
    interviewers: [{ userId: 'lin', response: 'accepted' }],
  } as Interview
  const from = new Date('2026-11-24T06:00:00Z')

  it('finds an overlap, but not adjacent interviews', () => {
    expect(findConflict([other], 'lin', from, 60)?.id).toBe('i1')
    expect(findConflict([other], 'lin', from, 30)).toBeUndefined()
  })

  it('ignores the same interview, other members, declined and cancelled ones', () => {
    expect(findConflict([other], 'lin', from, 60, 'i1')).toBeUndefined()
    expect(findConflict([other], 'wang', from, 60)).toBeUndefined()
    expect(findConflict([{ ...other, state: 'cancelled' }], 'lin', from, 60)).toBeUndefined()
    const declined = { ...other, interviewers: [{ ...other.interviewers[0], response: 'declined' }] } as Interview
    expect(findConflict([declined], 'lin', from, 60)).toBeUndefined()
  })
})
