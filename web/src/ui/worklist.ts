import type { Interview, WorklistCount } from '@/api/types'

export type WorklistReason = WorklistCount['reason']

/** Groups that wait for others: they are displayed, and not counted as work. */
const waiting: WorklistReason[] = ['no_response']

export const isWork = ({ reason }: Pick<WorklistCount, 'reason'>): boolean => !waiting.includes(reason)

/** The number of interviews to act on, once per reason. */
export function countWork(groups: WorklistCount[]): number {
  return groups.filter(isWork).reduce((sum, { total }) => sum + total, 0)
}

/** The interviewers whose scorecards are missing. */
export function missingScorecards({ interviewers }: Pick<Interview, 'interviewers'>) {
  return interviewers.filter(({ response, scorecard, excusedAt }) => response !== 'declined' && scorecard !== 'submitted' && !excusedAt)
}
