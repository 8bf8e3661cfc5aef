import type { Interview, InterviewInput, InterviewPatch, ProblemField, RoomKind } from '@/api/types'
import type { Clock, Day } from '@/time/zone'
import { instant, wallClock } from '@/time/zone'

interface Named {
  id: string
  title: string
}

/** One who asks, with what the form shows of them. */
export interface Asked {
  userId: string
  name: string
  avatar?: string
  department?: string
  reachable: boolean
}

/** All that is typed into the form; plain data, so that it survives a reload. */
export interface Draft {
  title: string
  /** Whether the title was typed, and is no longer made of the rest. */
  ownTitle: boolean
  position: Named | null
  candidate: Named | null
  round: number
  day: Day
  clock: Clock
  durationMinutes: number
  interviewers: Asked[]
  /** Absent until one is chosen: the company's default. */
  roomKind?: RoomKind
  roomUrl: string
  /** Own addresses of interviewers, by their user id, for a room behind a link. */
  roomAddresses: Record<string, string>
  questions: Named[]
  /** Whether the questions were chosen, and no longer follow the position. */
  ownQuestions: boolean
  note: string
}

export function emptyDraft(day: Day, clock: Clock): Draft {
  return {
    title: '', ownTitle: false, position: null, candidate: null, round: 1,
    day, clock, durationMinutes: 60, interviewers: [],
    roomUrl: '', roomAddresses: {}, questions: [], ownQuestions: false, note: '',
  }
}

export function draftOf(interview: Interview, zone: string): Draft {
  const { day, clock } = wallClock(new Date(interview.startsAt), zone)
  return {
    title: interview.title, ownTitle: true,
    position: interview.position,
    candidate: { id: interview.candidate.id, title: interview.candidate.name },
    round: interview.round, day, clock, durationMinutes: interview.durationMinutes,
    interviewers: interview.interviewers.map(({ userId, name, avatar }) => ({ userId, name, avatar, reachable: true })),
    roomKind: interview.room.kind, roomUrl: interview.room.url ?? '',
    roomAddresses: Object.fromEntries((interview.room.addresses ?? []).map(({ userId, url }) => [userId, url])),
    questions: interview.questions, ownQuestions: true, note: interview.note ?? '',
  }
}

export type Change = { set: Partial<Draft> } | { ask: Asked } | { unask: string } | { addQuestion: Named } | { dropQuestion: string }

/** The draft after a change. The title follows candidate, position and round until it is typed. */
export function change(draft: Draft, by: Change, titleOf: (draft: Draft) => string): Draft {
  const next = apply(draft, by)
  return next.ownTitle ? next : { ...next, title: titleOf(next) }
}

function apply(draft: Draft, by: Change): Draft {
  if ('set' in by) return { ...draft, ...by.set }
  if ('ask' in by) {
    if (draft.interviewers.some(({ userId }) => userId === by.ask.userId)) return draft
    return { ...draft, interviewers: [...draft.interviewers, by.ask] }
  }
  if ('unask' in by) return { ...draft, interviewers: draft.interviewers.filter(({ userId }) => userId !== by.unask) }
  if ('addQuestion' in by) {
    if (draft.questions.some(({ id }) => id === by.addQuestion.id)) return draft
    return { ...draft, ownQuestions: true, questions: [...draft.questions, by.addQuestion] }
  }
  return { ...draft, ownQuestions: true, questions: draft.questions.filter(({ id }) => id !== by.dropQuestion) }
}

export type Flaw = 'required' | 'https' | 'past' | 'nobody'

/** What can be said before asking the server, by the server's own paths. */
export function flaws(draft: Draft, zone: string, now: Date): Record<string, Flaw> {
  const found: Record<string, Flaw> = {}
  if (!draft.position) found.positionId = 'required'
  if (!draft.candidate) found.candidateId = 'required'
  if (!draft.title.trim()) found.title = 'required'
  if (draft.interviewers.length === 0) found.interviewers = 'nobody'
  if (!draft.day || !draft.clock) found.startsAt = 'required'
  else if (instant(draft.day, draft.clock, zone) <= now) found.startsAt = 'past'
  if (draft.roomKind !== 'link') return found
  if (!isHttps(draft.roomUrl)) found['room.url'] = 'https'
  for (const [index, { url }] of ownAddresses(draft).entries()) {
    if (!isHttps(url)) found[`room.addresses[${index}].url`] = 'https'
  }
  return found
}

/** The addresses that were typed for interviewers who are still asked, in the order in which they are sent. */
export function ownAddresses({ interviewers, roomAddresses }: Draft): { userId: string; url: string }[] {
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

export function asProblemFields(found: Record<string, Flaw>, say: (flaw: Flaw) => string): Record<string, ProblemField> {
  return Object.fromEntries(Object.entries(found).map(([path, flaw]) => [path, { path, code: flaw, message: say(flaw) }]))
}

function roomOf(draft: Draft): InterviewInput['room'] {
  if (draft.roomKind !== 'link') return draft.roomKind ? { kind: draft.roomKind } : {}
  return { kind: 'link', url: draft.roomUrl.trim(), addresses: ownAddresses(draft) }
}

function common(draft: Draft, zone: string, overrideWarnings: boolean) {
  return {
    title: draft.title.trim(),
    round: draft.round,
    startsAt: instant(draft.day, draft.clock, zone).toISOString(),
    durationMinutes: draft.durationMinutes,
    timeZone: zone,
    interviewers: draft.interviewers.map(({ userId }) => userId),
    room: roomOf(draft),
    questionIds: draft.questions.map(({ id }) => id),
    note: draft.note.trim(),
    overrideWarnings,
  }
}

export function inputOf(draft: Draft, zone: string, overrideWarnings: boolean): InterviewInput {
  return { ...common(draft, zone, overrideWarnings), positionId: draft.position?.id ?? '', candidateId: draft.candidate?.id ?? '' }
}

export function patchOf(draft: Draft, zone: string, version: number, overrideWarnings: boolean): InterviewPatch {
  return { ...common(draft, zone, overrideWarnings), version }
}

/** The interview of others that keeps somebody busy at that time, if one does. */
export function busyWith(interviews: Interview[], userId: string, from: Date, minutes: number, except?: string): Interview | undefined {
  const to = from.getTime() + minutes * 60_000
  return interviews.find(
    (one) =>
      one.id !== except &&
      (one.state === 'scheduled' || one.state === 'in_progress') &&
      new Date(one.startsAt).getTime() < to &&
      new Date(one.endsAt).getTime() > from.getTime() &&
      one.interviewers.some((who) => who.userId === userId && who.response !== 'declined'),
  )
}
