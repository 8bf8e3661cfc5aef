// The progress of an interview through its questions.

import type { Question, QuestionProgress } from './protocol'

export function isDone(progress: readonly QuestionProgress[], questionId: string): boolean {
  return progress.some((one) => one.questionId === questionId && one.done)
}

/** For how many milliseconds a question was shown; undefined for one that never was. `now` is the server's time. */
export function elapsedOf(progress: readonly QuestionProgress[], questionId: string, now: number): number | undefined {
  const found = progress.find((one) => one.questionId === questionId)
  if (!found || (found.elapsedMs === 0 && !found.since)) return undefined
  return found.elapsedMs + (found.since ? Math.max(0, now - Date.parse(found.since)) : 0)
}

/** The next question that is not done, in the order of the list and from its start after its end. */
export function nextQuestion<Q extends Pick<Question, 'id'>>(questions: readonly Q[], progress: readonly QuestionProgress[], currentId: string): Q | undefined {
  const at = questions.findIndex(({ id }) => id === currentId) + 1
  return [...questions.slice(at), ...questions.slice(0, at)].find(({ id }) => id !== currentId && !isDone(progress, id))
}
