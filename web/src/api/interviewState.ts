import type { InterviewState } from './types'

/** Whether an interview with the state is still to end. */
export function isOpen(state: InterviewState): boolean {
  return state === 'scheduled' || state === 'in_progress'
}
