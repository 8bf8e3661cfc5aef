import type { LoopInput, LoopProposal, LoopQuery } from '@/api/types'
import type { Day } from '@/time/zone'
import { reduceDraft, emptyDraft, toMeetingInput, toRoomInput, type Draft, type DraftAction } from '../interview-form/draft'

export const MIN_ROUNDS = 2
export const MAX_ROUNDS = 6
export const MAX_FROM_POOL = 3
export const BREAKS = [0, 5, 10, 15, 30, 45, 60]
export const RANGES = [1, 7, 14]

/** A round with its own title, duration, interviewers and questions. */
export interface RoundDraft {
  key: number
  draft: Draft
  /** Number of further interviewers, from the pool. */
  fromPool: number
}

/** A loop that is being planned. */
export interface LoopDraft {
  /** Candidate, position, room, meeting and note, of all rounds. */
  common: Draft
  rounds: RoundDraft[]
  breakMinutes: number
  day: Day
  days: number
  reorder: boolean
}

const newRound = (key: number): RoundDraft => ({ key, draft: emptyDraft('', ''), fromPool: 0 })

export function emptyLoop(day: Day): LoopDraft {
  return { common: emptyDraft('', ''), rounds: [newRound(0), newRound(1)], breakMinutes: 15, day, days: 1, reorder: false }
}

export type TitleOf = (round: Draft) => string

/** The drafts of all rounds with what they have in common; titles follow candidate, position and number until they are edited. */
export function completeRounds({ common, rounds }: LoopDraft, titleOf: TitleOf): Draft[] {
  return rounds.map(({ draft }, index) => reduceDraft(draft, { set: { candidate: common.candidate, position: common.position, round: index + 1 } }, titleOf))
}

export function addRound(loop: LoopDraft): LoopDraft {
  const key = Math.max(...loop.rounds.map((one) => one.key)) + 1
  return { ...loop, rounds: [...loop.rounds, newRound(key)] }
}

/** Changes the draft of a round, with the position of all rounds. */
export function changeRound(loop: LoopDraft, key: number, by: DraftAction): LoopDraft {
  return { ...loop, rounds: loop.rounds.map((one) => (one.key === key ? { ...one, draft: reduceDraft(one.draft, by, ({ title }) => title) } : one)) }
}

export function setFromPool(loop: LoopDraft, key: number, fromPool: number): LoopDraft {
  return { ...loop, rounds: loop.rounds.map((one) => (one.key === key ? { ...one, fromPool } : one)) }
}

export function removeRound(loop: LoopDraft, key: number): LoopDraft {
  return { ...loop, rounds: loop.rounds.filter((one) => one.key !== key) }
}

/** Moves a round by one place. */
export function shiftRound(loop: LoopDraft, index: number, by: -1 | 1): LoopDraft {
  const rounds = [...loop.rounds]
  const [moved] = rounds.splice(index, 1)
  if (moved) rounds.splice(index + by, 0, moved)
  return { ...loop, rounds }
}

export type LoopError = 'required' | 'interviewer_required'

/** Client-side validation errors by the server's field paths. */
export function validateLoop(loop: LoopDraft): Record<string, LoopError> {
  const validationErrors: Record<string, LoopError> = {}
  if (!loop.common.position) validationErrors.positionId = 'required'
  if (!loop.common.candidate) validationErrors.candidateId = 'required'
  if (!loop.day) validationErrors.day = 'required'
  for (const [index, { draft, fromPool }] of loop.rounds.entries()) {
    if (draft.ownTitle && !draft.title.trim()) validationErrors[`rounds[${index}].title`] = 'required'
    if (draft.interviewers.length === 0 && fromPool === 0) validationErrors[`rounds[${index}].interviewers`] = 'interviewer_required'
  }
  return validationErrors
}

export function toLoopQuery(loop: LoopDraft, titleOf: TitleOf): LoopQuery {
  const drafts = completeRounds(loop, titleOf)
  return {
    positionId: loop.common.position?.id ?? '', candidateId: loop.common.candidate?.id ?? '',
    breakMinutes: loop.breakMinutes, day: loop.day, days: loop.days, reorder: loop.reorder,
    rounds: loop.rounds.map(({ draft, fromPool }, index) => ({
      title: drafts[index]?.title.trim(), durationMinutes: draft.durationMinutes, fromPool,
      interviewers: draft.interviewers.map(({ userId }) => userId),
    })),
  }
}

/** The loop at the times of a proposal, numbered by time. */
export function toLoopInput(loop: LoopDraft, { slots }: LoopProposal, titleOf: TitleOf, zone: string, key: string, overrideWarnings: boolean): LoopInput {
  const ordered = slots.flatMap(({ round }) => loop.rounds[round] ?? [])
  const drafts = completeRounds({ ...loop, rounds: ordered }, titleOf)
  const { common } = loop
  return {
    key, positionId: common.position?.id ?? '', candidateId: common.candidate?.id ?? '', timeZone: zone,
    room: toRoomInput({ ...common, roomAddresses: {} }), meeting: toMeetingInput(common), note: common.note.trim(), overrideWarnings,
    rounds: slots.map(({ startsAt, interviewers }, index) => ({
      title: drafts[index]?.title.trim() ?? '', round: index + 1, startsAt, durationMinutes: drafts[index]?.durationMinutes ?? 60,
      interviewers: interviewers.map(({ userId }) => userId), questionIds: (drafts[index]?.questions ?? []).map(({ id }) => id),
    })),
  }
}
