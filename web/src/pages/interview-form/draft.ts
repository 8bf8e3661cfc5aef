import { isOpen } from '@/api/interviewState'
import type { Interview, InterviewInput, InterviewPatch, MeetingKind, OfferInput, ProblemField, RoomKind } from '@/api/types'
import type { ClockTime, Day } from '@/time/zone'
import { toInstant, toWallClock } from '@/time/zone'
import { addSlot, toDeadline } from '@/ui/SlotEditor'

interface NamedRef {
  id: string
  title: string
}

/** An interviewer with the data that the form displays. */
export interface DraftInterviewer {
  userId: string
  name: string
  avatar?: string
  department?: string
  reachable: boolean
  /** Has declined this interview. */
  declined?: boolean
}

const MAX_ROUND = 20

/** The form's input as plain data, so that it can be stored as JSON. */
export interface Draft {
  title: string
  /** Whether the title was edited and is no longer generated. */
  ownTitle: boolean
  position: NamedRef | null
  candidate: NamedRef | null
  round: number
  /** Whether the round was selected and no longer follows the candidate's interviews. */
  ownRound: boolean
  day: Day
  clock: ClockTime
  durationMinutes: number
  interviewers: DraftInterviewer[]
  /** Absent until selected: the company's default applies. */
  roomKind?: RoomKind
  roomUrl: string
  /** Personal join URLs of interviewers by user id, for a link room. */
  roomAddresses: Record<string, string>
  /** Absent until selected: the company's default applies. */
  meetingKind?: MeetingKind
  /** Of a meeting behind a link. */
  meetingUrl: string
  meetingCode: string
  questions: NamedRef[]
  /** Whether the questions were edited and no longer follow the position. */
  ownQuestions: boolean
  note: string
  /** The candidate chooses one of the slots: an offer is created in place of an interview. */
  offered: boolean
  /** Starts of the offered slots, ISO 8601. */
  slots: string[]
  /** Deadline of the choice; empty: the server's default. */
  deadline: Day
}

export function emptyDraft(day: Day, clock: ClockTime): Draft {
  return {
    title: '', ownTitle: false, position: null, candidate: null, round: 1, ownRound: false,
    day, clock, durationMinutes: 60, interviewers: [],
    roomUrl: '', roomAddresses: {}, meetingUrl: '', meetingCode: '', questions: [], ownQuestions: false, note: '',
    offered: false, slots: [], deadline: '',
  }
}

/** The round after an interview: candidate and position are set, the rest is to be chosen. */
export function nextRoundDraft({ candidate, position, round }: Interview, day: Day, clock: ClockTime): Draft {
  return { ...emptyDraft(day, clock), candidate: { id: candidate.id, title: candidate.name }, position, round: round + 1, ownRound: true }
}

export function draftFromInterview(interview: Interview, zone: string): Draft {
  const { day, clock } = toWallClock(new Date(interview.startsAt), zone)
  return {
    title: interview.title, ownTitle: true,
    position: interview.position,
    candidate: { id: interview.candidate.id, title: interview.candidate.name },
    round: interview.round, ownRound: true, day, clock, durationMinutes: interview.durationMinutes,
    interviewers: interview.interviewers.map(({ userId, name, avatar, response }) => ({ userId, name, avatar, reachable: true, declined: response === 'declined' })),
    roomKind: interview.room.kind, roomUrl: interview.room.url ?? '',
    roomAddresses: Object.fromEntries((interview.room.addresses ?? []).map(({ userId, url }) => [userId, url])),
    meetingKind: interview.meeting.kind, ...linkMeeting(interview),
    questions: interview.questions, ownQuestions: true, note: interview.note ?? '',
    offered: false, slots: [], deadline: '',
  }
}

/** The round after those of earlier interviews, at most the server's limit. */
export function roundAfter(earlier: Pick<Interview, 'round'>[]): number {
  return Math.min(MAX_ROUND, Math.max(0, ...earlier.map(({ round }) => round)) + 1)
}

function linkMeeting({ meeting }: Interview) {
  const isLink = meeting.kind === 'link'
  return { meetingUrl: (isLink && meeting.url) || '', meetingCode: (isLink && meeting.code) || '' }
}

export type DraftAction = { set: Partial<Draft> } | { addInterviewer: DraftInterviewer } | { removeInterviewer: string } | { toggleSlot: string } | { addQuestion: NamedRef } | { removeQuestion: string }

/** Applies an action. The title follows candidate, position and round until it is edited. */
export function reduceDraft(draft: Draft, action: DraftAction, titleOf: (draft: Draft) => string): Draft {
  const next = applyAction(draft, action)
  return next.ownTitle ? next : { ...next, title: titleOf(next) }
}

function applyAction(draft: Draft, action: DraftAction): Draft {
  if ('set' in action) return { ...draft, ...action.set }
  if ('addInterviewer' in action) {
    if (draft.interviewers.some(({ userId }) => userId === action.addInterviewer.userId)) return draft
    return { ...draft, interviewers: [...draft.interviewers, action.addInterviewer] }
  }
  if ('removeInterviewer' in action) return { ...draft, interviewers: draft.interviewers.filter(({ userId }) => userId !== action.removeInterviewer) }
  if ('toggleSlot' in action) {
    const start = action.toggleSlot
    return { ...draft, slots: draft.slots.includes(start) ? draft.slots.filter((one) => one !== start) : addSlot(draft.slots, start) }
  }
  if ('addQuestion' in action) {
    if (draft.questions.some(({ id }) => id === action.addQuestion.id)) return draft
    return { ...draft, ownQuestions: true, questions: [...draft.questions, action.addQuestion] }
  }
  return { ...draft, ownQuestions: true, questions: draft.questions.filter(({ id }) => id !== action.removeQuestion) }
}

export type ValidationError = 'required' | 'https' | 'past' | 'interviewer_required' | 'noSlots'

/** Client-side validation errors by the server's field paths. */
export function validateDraft(draft: Draft, zone: string, now: Date): Record<string, ValidationError> {
  const errors: Record<string, ValidationError> = {}
  if (!draft.position) errors.positionId = 'required'
  if (!draft.candidate) errors.candidateId = 'required'
  if (!draft.title.trim()) errors.title = 'required'
  if (draft.interviewers.length === 0) errors.interviewers = 'interviewer_required'
  if (draft.offered) {
    if (draft.slots.length === 0) errors.slots = 'noSlots'
  } else if (!draft.day || !draft.clock) errors.startsAt = 'required'
  else if (startsInPast(draft, zone, now)) errors.startsAt = 'past'
  if (draft.meetingKind === 'link' && !isHttps(draft.meetingUrl)) errors['meeting.url'] = 'https'
  if (draft.roomKind !== 'link') return errors
  if (!isHttps(draft.roomUrl)) errors['room.url'] = 'https'
  for (const [index, { url }] of interviewerUrls(draft).entries()) {
    if (!isHttps(url)) errors[`room.addresses[${index}].url`] = 'https'
  }
  return errors
}

export function startsInPast({ day, clock }: Draft, zone: string, now: Date): boolean {
  return day !== '' && clock !== '' && toInstant(day, clock, zone) <= now
}

/** The personal URLs of the selected interviewers, in the order in which they are sent. */
export function interviewerUrls({ interviewers, roomAddresses }: Draft): { userId: string; url: string }[] {
  return interviewers.flatMap(({ userId }) => {
    const url = roomAddresses[userId]?.trim()
    return url ? [{ userId, url }] : []
  })
}

function isHttps(address: string): boolean {
  try {
    return new URL(address.trim()).protocol === 'https:'
  } catch {
    return false
  }
}

export function toProblemFields(errors: Record<string, ValidationError>, messageFor: (error: ValidationError) => string): Record<string, ProblemField> {
  return Object.fromEntries(Object.entries(errors).map(([path, error]) => [path, { path, code: error, message: messageFor(error) }]))
}

export function toRoomInput(draft: Draft): InterviewInput['room'] {
  if (draft.roomKind !== 'link') return draft.roomKind ? { kind: draft.roomKind } : {}
  return { kind: 'link', url: draft.roomUrl.trim(), addresses: interviewerUrls(draft) }
}

export function toMeetingInput({ meetingKind, meetingUrl, meetingCode }: Draft): InterviewInput['meeting'] {
  if (!meetingKind) return undefined
  return meetingKind === 'link' ? { kind: meetingKind, url: meetingUrl.trim(), code: meetingCode.trim() } : { kind: meetingKind }
}

function toCommonInput(draft: Draft, zone: string, overrideWarnings: boolean) {
  return {
    title: draft.title.trim(),
    round: draft.round,
    durationMinutes: draft.durationMinutes,
    timeZone: zone,
    interviewers: draft.interviewers.map(({ userId }) => userId),
    room: toRoomInput(draft),
    meeting: toMeetingInput(draft),
    questionIds: draft.questions.map(({ id }) => id),
    note: draft.note.trim(),
    overrideWarnings,
  }
}

export function toInterviewInput(draft: Draft, zone: string, overrideWarnings: boolean): InterviewInput {
  return { ...toCommonInput(draft, zone, overrideWarnings), startsAt: toStart(draft, zone), ...toReferences(draft) }
}

function toReferences({ position, candidate }: Draft) {
  return { positionId: position?.id ?? '', candidateId: candidate?.id ?? '' }
}

const toStart = ({ day, clock }: Draft, zone: string) => toInstant(day, clock, zone).toISOString()

export function toOfferInput(draft: Draft, zone: string, overrideWarnings: boolean): OfferInput {
  return { ...toCommonInput(draft, zone, overrideWarnings), slots: draft.slots, expiresAt: toDeadline(draft.deadline, zone), ...toReferences(draft) }
}

export function toInterviewPatch(draft: Draft, zone: string, version: number, overrideWarnings: boolean): InterviewPatch {
  return { ...toCommonInput(draft, zone, overrideWarnings), startsAt: toStart(draft, zone), version }
}

/** An active interview of the member that overlaps the time, other than `except`. */
export function findConflict(interviews: Interview[], userId: string, from: Date, minutes: number, except?: string): Interview | undefined {
  const to = from.getTime() + minutes * 60_000
  return interviews.find(
    (one) =>
      one.id !== except &&
      isOpen(one.state) &&
      new Date(one.startsAt).getTime() < to &&
      new Date(one.endsAt).getTime() > from.getTime() &&
      one.interviewers.some((who) => who.userId === userId && who.response !== 'declined'),
  )
}
