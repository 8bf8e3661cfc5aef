import type { TFunction } from 'i18next'
import type { Criterion } from '@/api/types'

const FOUR = ['score.1', 'score.2', 'score.3', 'score.4'] as const
const FIVE = ['scorecards:scoreOfFive.1', 'scorecards:scoreOfFive.2', 'scorecards:scoreOfFive.3', 'scorecards:scoreOfFive.4', 'scorecards:scoreOfFive.5'] as const

/** What a score means: the anchor of the criterion, or the general name of the step. */
export function scoreLabel(t: TFunction<['translation', 'scorecards']>, { scale, anchors }: Pick<Criterion, 'scale' | 'anchors'>, score: number): string {
  const anchor = anchors?.[score - 1]
  if (anchor) return anchor
  const name = (scale === 5 ? FIVE : FOUR)[score - 1]
  return name ? t(name) : String(score)
}
