// @vitest-environment jsdom

import { cleanup, render, screen, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeAll, expect, it } from 'vitest'
import type { Debrief } from '@/api/debrief'
import type { Session } from '@/api/types'
import { SessionContext } from '@/app/useSession'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { ComparisonTable } from './ComparisonTable'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
  await loadNamespace('scorecards')
})
afterEach(cleanup)

const options = [{ key: 'a', text: '到岗' }, { key: 'b', text: '薪资' }]
const firstCriteria = [{ key: 'code', title: '编码', kind: 'score', scale: 4, weight: 1 }, { key: 'fit', title: '匹配', kind: 'score', scale: 4, weight: 3 }]
const secondCriteria = [
  { key: 'c2', title: '编码', kind: 'score', scale: 5, weight: 2, anchors: ['不会写', '', '', '', ''] }, { key: 'risk', title: '风险', kind: 'text' }, { key: 'done', title: '已确认', kind: 'checklist', options },
]
const card = (interviewId: string, userId: string, criteria: object[], scores: object[], average: number) => ({ interviewId, author: { userId, name: userId }, criteria, scores, average, recommendation: 'yes', state: 'submitted', version: 1 })
const round = (id: string, scale: number, items: object[]) => ({ id, title: id, template: { id, title: `评价表 ${id}`, version: 2 }, scorecards: { items, summary: { scale } } })

const debrief = {
  average: 2.5, scale: 5,
  rounds: [
    round('一面', 4, [
      card('一面', 'lin', firstCriteria, [{ key: 'code', score: 4, comment: '很快', moments: [{ at: '2026-03-02T04:00:00Z', text: '写完了' }] }, { key: 'fit', score: 1 }], 1.8),
      card('一面', 'mei', firstCriteria, [{ key: 'code', score: 3 }, { key: 'fit', score: 3 }], 3),
    ]),
    round('隐藏', 4, []),
    round('二面', 5, [card('二面', 'kai', secondCriteria, [{ key: 'c2', score: 1 }, { key: 'risk', score: 0, text: '第一行\n第二行' }, { key: 'done', score: 0, checked: ['b'] }], 1)]),
  ],
  criteria: [
    { title: '编码', kind: 'score', keys: ['code', '', 'c2'], count: 3, average: 3.2, scale: 5, isMixed: true },
    { title: '匹配', kind: 'score', keys: ['fit', '', ''], count: 2, average: 2, scale: 4, isMixed: false, lowest: 1, highest: 3 },
    { title: '风险', kind: 'text', keys: ['', '', 'risk'], count: 1, average: 0, isMixed: false },
    { title: '已确认', kind: 'checklist', keys: ['', '', 'done'], count: 1, average: 0, isMixed: false },
  ],
} as unknown as Debrief

it('shows each criterion by its kind, and the range only among scores on one scale', () => {
  render(
    <SessionContext value={{ corp: { timeZone: 'Asia/Shanghai' } } as Session}>
      <MemoryRouter>
        <ComparisonTable debrief={debrief} />
      </MemoryRouter>
    </SessionContext>,
  )
  expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent?.trim())).toEqual([
    '评价项', '一面评价表 一面，第 2 版', '二面评价表 二面，第 2 版', '平均与分差', expect.stringContaining('lin'), expect.stringContaining('mei'), expect.stringContaining('kai'),
  ])
  const cells = (name: RegExp) => within(screen.getByRole('rowheader', { name }).closest('tr') as HTMLElement).getAllByRole('cell').map(({ textContent }) => textContent)
  expect(cells(/^编码$/)).toEqual(['4 / 4 优秀很快12:00写完了', '3 / 4 良好', '1 / 5 不会写权重 2', '3.2 / 5分制不同，已换算'])
  expect(cells(/^匹配 权重 3$/)).toEqual(['1 / 4 不足', '3 / 4 良好', '评价表无此项', '2.0 / 4分差较大：1–3 分'])
  expect(cells(/^风险$/)).toEqual(['评价表无此项', '评价表无此项', '第一行\n第二行', '–'])
  expect(cells(/^已确认$/)).toEqual(['评价表无此项', '评价表无此项', '–到岗✓薪资', '–'])
  expect(cells(/^各项平均$/)).toEqual(['1.8 / 4', '3.0 / 4', '1.0 / 5', '2.5 / 5'])
})
