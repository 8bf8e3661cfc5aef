import type { TFunction } from 'i18next'
import type { Criterion, LocalizedText, ScorecardTemplate, ScorecardTemplateDraft, TemplateOption } from '@/api/types'

/** Limits as in internal/scorecard. Those of texts are in characters. */
export const MAX = { criteria: 20, title: 100, hint: 500, anchor: 200, option: 200, weight: 10 } as const
export const OPTION_COUNT = { choice: { least: 2, most: 8 }, checklist: { least: 1, most: 10 } } as const

export const kinds = ['score', 'text', 'choice', 'checklist'] as const
export type Kind = (typeof kinds)[number]
export type LanguageField = keyof LocalizedText

export type CriterionDraft = ScorecardTemplateDraft['criteria'][number]

let lastId = 0

export function newCriterion(): CriterionDraft {
  lastId++
  return { id: `new-${lastId}`, title: {}, hint: {}, kind: 'score', required: true, scale: 4, weight: 1, anchors: [], options: [] }
}

/** Sets the kind of a criterion that is not stored yet, with the options that it needs. */
export function withKind(criterion: CriterionDraft, kind: Kind): CriterionDraft {
  const options: TemplateOption[] = kind === 'choice' ? [{ text: {} }, { text: {} }] : kind === 'checklist' ? [{ text: {} }] : []
  const score = kind === 'score' ? { scale: 4, weight: 1 } : { scale: 0, weight: 0 }
  return { ...criterion, ...score, kind, anchors: [], options, required: kind !== 'checklist' }
}

export function toDraft(stored: ScorecardTemplate | undefined): ScorecardTemplateDraft {
  if (!stored) return { title: {}, criteria: [newCriterion()], version: 0 }
  const { title, criteria, version } = stored
  return { title, version, criteria: criteria.map((one) => ({ ...one, weight: one.weight ?? 0, id: one.key ?? '' })) }
}

/** Moves the element at an index. */
export function move<T>(list: T[], from: number, to: number): T[] {
  const rest = list.filter((_, at) => at !== from)
  const moved = list.slice(from, from + 1)
  return [...rest.slice(0, to), ...moved, ...rest.slice(to)]
}

/** The text that a reader of the language sees. */
export function textIn(text: LocalizedText | undefined, language: LanguageField): string {
  return text?.[language] || text?.zh || text?.en || text?.ja || ''
}

/** The criterion as the interviewer sees it. */
export function toCriterion({ id, title, hint, kind, required, scale, weight, anchors = [], options = [] }: CriterionDraft, language: LanguageField): Criterion {
  return {
    key: id, title: textIn(title, language), hint: textIn(hint, language), kind, required, scale, weight,
    anchors: anchors.map((anchor) => textIn(anchor, language)),
    options: options.map(({ key, text }, index) => ({ key: key ?? String(index), text: textIn(text, language) })),
  }
}

/** A version as lines, of which the difference is shown. */
export function versionText(t: TFunction<'admin'>, { title, criteria }: { title: string; criteria: Criterion[] }): string {
  const lines = criteria.flatMap((one) => [
    '',
    `${one.title} · ${t(`templates.kinds.${one.kind}`)} · ${one.required ? t('templates.required') : t('templates.optional')}`,
    ...(one.hint ? [`  ${one.hint}`] : []),
    ...(one.kind === 'score' ? [`  ${t('templates.scaleAndWeight', { scale: one.scale, weight: one.weight ?? 0 })}`] : []),
    ...(one.anchors ?? []).flatMap((anchor, index) => (anchor ? [`  ${index + 1} ${anchor}`] : [])),
    ...(one.options ?? []).map(({ text }) => `  · ${text}`),
  ])
  return [title, ...lines, ''].join('\n')
}
