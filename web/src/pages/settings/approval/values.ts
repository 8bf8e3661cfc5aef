import type { ApprovalControl, ApprovalFieldInput, ApprovalTemplate } from '@/api/types'

export type ApprovalSource = ApprovalFieldInput['source']

/** The value of a select: a source, or an option of a selector; empty for none. */
export function valueOf(fields: ApprovalFieldInput[], controlId: string): string {
  const field = fields.find((one) => one.controlId === controlId)
  if (!field) return ''
  return field.source === 'option' ? `option:${field.option ?? ''}` : field.source
}

/** The fields with another value of a control. */
export function withValue(fields: ApprovalFieldInput[], controlId: string, value: string): ApprovalFieldInput[] {
  const rest = fields.filter((one) => one.controlId !== controlId)
  if (value === '') return rest
  if (value.startsWith('option:')) return [...rest, { controlId, source: 'option', option: value.slice('option:'.length) }]
  return [...rest, { controlId, source: value as ApprovalSource }]
}

const TITLES: [RegExp, ApprovalSource][] = [
  [/候选人|应聘者|姓名|candidate|候補者|氏名/i, 'candidate'],
  [/职位|岗位|position|職種|ポジション/i, 'position'],
  [/链接|网址|link|url|リンク/i, 'link'],
  [/理由|原因|说明|评价|reason/i, 'reason'],
  [/结论|结果|decision|結果/i, 'decision'],
  [/轮次|面试名称|interview/i, 'round'],
  [/经办人|申请人|decider|担当/i, 'decider'],
]

/** The values that the titles of the controls suggest, each used once. Values that were chosen for controls of the template stay. */
export function suggestFields({ controls }: ApprovalTemplate, chosen: ApprovalFieldInput[]): ApprovalFieldInput[] {
  const kept = chosen.filter(({ controlId }) => controls.some(({ id }) => id === controlId))
  const used = new Set<ApprovalSource>(kept.map(({ source }) => source))
  const suggested = kept
  for (const control of controls) {
    if (kept.some(({ controlId }) => controlId === control.id)) continue
    const source = suggestSource(control, used)
    if (!source) continue
    used.add(source)
    suggested.push({ controlId: control.id, source })
  }
  return suggested
}

function suggestSource({ title, sources }: ApprovalControl, used: Set<ApprovalSource>): ApprovalSource | undefined {
  return TITLES.find(([pattern, source]) => pattern.test(title) && sources.includes(source) && !used.has(source))?.[1]
}
