import type { Interview, Interviewer } from '@/api/types'

/** Whether the interview has been started, or should have been by now. */
export function hasStarted({ state, startsAt }: Pick<Interview, 'state' | 'startsAt'>, now: Date): boolean {
  return state !== 'scheduled' || new Date(startsAt) <= now
}

const NOT_HELD_AFTER_MS = 30 * 60_000

/** Whether the planned end has passed without a start, as in the recruiter's work list. */
export function isNotHeld({ state, endsAt }: Pick<Interview, 'state' | 'endsAt'>, now: Date): boolean {
  return state === 'scheduled' && new Date(endsAt).getTime() + NOT_HELD_AFTER_MS < now.getTime()
}

/** The response to display: after the start, a missing response is not awaited any more. */
export function visibleResponse(interview: Pick<Interview, 'state' | 'startsAt'>, { response }: Pick<Interviewer, 'response'>, now: Date): Interviewer['response'] | undefined {
  return response === 'pending' && hasStarted(interview, now) ? undefined : response
}

/** Whether the member is an interviewer of the interview and has declined. */
export function hasDeclined({ interviewers }: Pick<Interview, 'interviewers'>, userId: string): boolean {
  return interviewers.some((one) => one.userId === userId && one.response === 'declined')
}
