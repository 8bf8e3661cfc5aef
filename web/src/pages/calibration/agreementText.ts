import type { TFunction } from 'i18next'
import type { Agreement, CalibrationDrift } from '@/api/calibration'

type T = TFunction<'calibration'>

/** Least kappa of each word but the last; see docs/calibration.md. */
const BANDS = [
  [0.8, 'veryGood'],
  [0.6, 'good'],
  [0.4, 'moderate'],
  [0.2, 'fair'],
] as const

/** The weighted kappa with its word, or why there is none. */
export function kappaText(t: T, { kappa, obstacle, subjects }: Agreement): string {
  if (obstacle === 'too_few') return t('kappa.tooFew', { count: subjects })
  if (obstacle) return t('kappa.noVariation')
  const band = BANDS.find(([least]) => kappa >= least)?.[1] ?? 'poor'
  return t('kappa.value', { kappa: kappa.toFixed(2), word: t(`kappa.word.${band}`) })
}

/** A share of pairs in percent; empty without pairs. */
export function shareText(share: number, pairs: number): string {
  return pairs === 0 ? '' : `${Math.round(share * 100)}%`
}

/** The drift of a member in words. */
export function driftText(t: T, { tooFew, subjects, mean }: CalibrationDrift): string {
  if (tooFew) return t('drift.tooFew', { count: subjects })
  const points = Math.abs(mean).toFixed(1)
  if (mean === 0) return t('drift.same', { count: subjects })
  return mean > 0 ? t('drift.higher', { points, count: subjects }) : t('drift.lower', { points, count: subjects })
}

/** The drift of the newest exercises; empty when there are too few or all of them are these. */
export function recentText(t: T, { tooFew, subjects, recent }: CalibrationDrift): string {
  if (tooFew || subjects <= 5) return ''
  return t('drift.recent', { points: `${recent > 0 ? '+' : ''}${recent.toFixed(1)}` })
}
