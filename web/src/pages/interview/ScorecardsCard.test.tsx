// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { scorecardsQuery } from '@/api/scorecards'
import type { Interview, Scorecard, Scorecards as Cards, Session } from '@/api/types'
import { SessionContext } from '@/app/useSession'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { stubDialogs } from '@/ui/dialog.testing'
import { Scorecards } from './ScorecardsCard'

const request = vi.hoisted(() => vi.fn<(method: string, path: string, userId?: string) => unknown>())
vi.mock('@/api/client', () => {
  const send = (method: string) => (path: string, options: { params: { path: { userId?: string } } }) =>
    Promise.resolve(request(method, path, options.params.path.userId))
  return { api: { GET: send('GET'), POST: send('POST'), PUT: send('PUT'), DELETE: send('DELETE') }, unwrap: (data: unknown) => data }
})

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
  await loadNamespace('scorecards')
  stubDialogs()
})
afterEach(() => {
  cleanup()
  request.mockReset()
})

const criteria = [{ key: 'code', title: '编码', kind: 'score', scale: 4, weight: 1 }, { key: 'talk', title: '沟通', kind: 'score', scale: 4, weight: 1 }]
const card = {
  author: { userId: 'ZhouHang', name: '周航' }, criteria, recommendation: 'yes', state: 'submitted', version: 1, interviewId: 'i',
  scores: [{ key: 'code', score: 4 }, { key: 'talk', score: 3 }], average: 3.5,
} as Scorecard
const summary = { average: 3.5, scale: 4, criteria: [{ key: 'code', average: 4, count: 1 }, { key: 'talk', average: 3, count: 1 }], recommendations: [{ recommendation: 'yes', count: 1 }] }
const visible = { visible: true, submitted: 1, expected: 1, items: [card], summary, missing: [], excused: [], mayOpen: false } as unknown as Cards
const hidden: Cards = {
  visible: false, submitted: 1, expected: 2, items: [], excused: [], mayOpen: false, openFrom: '2026-03-05T04:00:00Z',
  missing: [{ interviewer: { userId: 'LinYi', name: '林一' }, remindedAt: '2026-03-02T04:00:00Z' }],
}

function renderCard(cards: Cards, manageScorecards = true) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(scorecardsQuery('i').queryKey, cards)
  render(
    <SessionContext value={{ corp: { timeZone: 'Asia/Shanghai' } } as Session}>
      <QueryClientProvider client={client}>
        <MemoryRouter>
          <Scorecards interview={{ id: 'i', candidate: { id: 'c', name: '陈晨' }, permissions: { manageScorecards } } as Interview} />
        </MemoryRouter>
      </QueryClientProvider>
    </SessionContext>,
  )
}

const dialogButton = (name: string) => within(screen.getByRole('dialog')).getByRole('button', { name })

it('shows the count of each recommendation in its row, and the average of the scores in another', () => {
  renderCard(visible)
  const cells = (name: string) => within(screen.getByRole('rowheader', { name }).closest('tr') as HTMLElement).getAllByRole('cell').map(({ textContent }) => textContent)
  expect(cells('是否推荐')).toEqual(['推荐', '推荐 × 1'])
  expect(cells('各项平均')).toEqual(['3.5 / 4', '3.5 / 4'])
})

it('shows anchors, texts and chosen options, and counts the options', () => {
  const kinds = [
    { key: 'depth', title: '深度', kind: 'score', scale: 5, weight: 3, anchors: ['', '', '', '', '专家'] },
    { key: 'risk', title: '风险', kind: 'text' },
    { key: 'level', title: '职级', kind: 'choice', options: [{ key: 'a', text: '初级' }, { key: 'b', text: '高级' }] },
    { key: 'done', title: '流程', kind: 'checklist', options: [{ key: 'c', text: '介绍' }, { key: 'd', text: '提问' }] },
    { key: 'code', title: '编码', kind: 'score', scale: 4 }, // without a weight
  ]
  const filled = {
    ...card, criteria: kinds, average: 5,
    scores: [{ key: 'depth', score: 5 }, { key: 'risk', score: 0, text: '经验偏窄' }, { key: 'level', score: 0, choice: 'b' }, { key: 'done', score: 0, checked: ['d'] }],
  } as unknown as Scorecard
  const sums = [
    { key: 'depth', average: 5, count: 1 },
    { key: 'level', average: 0, count: 1, options: [{ key: 'a', text: '初级', count: 0 }, { key: 'b', text: '高级', count: 1 }] },
    { key: 'done', average: 0, count: 1, options: [{ key: 'c', text: '介绍', count: 0 }, { key: 'd', text: '提问', count: 1 }] },
  ]
  renderCard({ ...visible, items: [filled], summary: { ...summary, average: 5, scale: 5, criteria: sums } } as unknown as Cards)
  const cells = (name: string) => within(screen.getByRole('rowheader', { name }).closest('tr') as HTMLElement).getAllByRole('cell').map(({ textContent }) => textContent)
  expect(cells('深度 权重 3')).toEqual(['5 / 5 专家', '5.0 / 5'])
  expect(cells('风险')).toEqual(['经验偏窄', '–'])
  expect(cells('职级')).toEqual(['高级', '高级 × 1'])
  expect(cells('流程')).toEqual(['–介绍✓提问', '提问 × 1'])
  expect(cells('编码 不计入平均分')).toEqual(['未评分', '–'])
  expect(cells('各项平均')).toEqual(['5.0 / 5', '5.0 / 5按 5 分制换算'])
})

it('names the missing interviewers, and reminds one', async () => {
  request.mockReturnValue({ ...hidden, missing: [{ interviewer: { userId: 'LinYi', name: '林一' }, remindedAt: '2026-03-03T05:30:00Z' }] })
  renderCard(hidden)
  expect(screen.getByText('已提交 1 / 2 份评价')).toBeTruthy()
  expect(screen.getByRole('listitem').textContent).toContain('林一')
  expect(screen.getByText(/^上次提醒：.*12:00$/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: '提醒：林一' }))
  await waitFor(() => expect(screen.getByText(/^上次提醒：.*13:30$/)).toBeTruthy())
  expect(request).toHaveBeenCalledWith('POST', '/api/interviews/{id}/interviewers/{userId}/scorecard-reminder', 'LinYi')
})

it('excuses an interviewer after a confirmation, and takes it back', async () => {
  request.mockReturnValueOnce({ ...visible, excused: [{ userId: 'LinYi', name: '林一' }] })
  renderCard(hidden)
  fireEvent.click(screen.getByRole('button', { name: '免评：林一' }))
  expect(request).not.toHaveBeenCalled()
  fireEvent.click(dialogButton('免评'))
  await waitFor(() => expect(screen.getByRole('table')).toBeTruthy())
  expect(request).toHaveBeenCalledWith('PUT', '/api/interviews/{id}/interviewers/{userId}/scorecard-excuse', 'LinYi')
  request.mockReturnValueOnce(hidden)
  fireEvent.click(screen.getByRole('button', { name: '撤销免评：林一' }))
  await waitFor(() => expect(screen.queryByRole('table')).toBeNull())
  expect(request).toHaveBeenCalledWith('DELETE', '/api/interviews/{id}/interviewers/{userId}/scorecard-excuse', 'LinYi')
})

it('opens the submitted scorecards once that is due, after a confirmation', async () => {
  renderCard(hidden)
  expect(screen.queryByRole('button', { name: '查看已提交的评价' })).toBeNull()
  expect(screen.getByText(/12:00 起可以先查看已提交的评价。$/)).toBeTruthy()
  cleanup()
  request.mockReturnValue({ ...visible, expected: 2, missing: hidden.missing, opened: { by: { userId: 'Rosa', name: '罗莎' }, at: '2026-03-05T04:10:00Z' } })
  renderCard({ ...hidden, mayOpen: true })
  fireEvent.click(screen.getByRole('button', { name: '查看已提交的评价' }))
  expect(screen.getByText(/尚未提交的面试官看不到，但仍可以提交/)).toBeTruthy()
  fireEvent.click(dialogButton('查看已提交的评价'))
  await waitFor(() => expect(screen.getByRole('table')).toBeTruthy())
  expect(request).toHaveBeenCalledWith('POST', '/api/interviews/{id}/scorecards/open', undefined)
  expect(screen.getByText(/^罗莎在 .*12:10 提前公开了已提交的评价。$/)).toBeTruthy()
  expect(screen.getByRole('button', { name: '提醒：林一' })).toBeTruthy() // can still submit
})

it('offers interviewers no actions on missing scorecards', () => {
  renderCard({ ...hidden, mayOpen: false, openFrom: undefined }, false)
  expect(screen.getByText('为避免互相影响，全部提交后才会显示内容。')).toBeTruthy()
  expect(screen.queryAllByRole('button')).toEqual([])
})

it('explains to an interviewer without a submitted scorecard who sees the opened ones', () => {
  renderCard({ ...hidden, opened: { by: { userId: 'Rosa', name: '罗莎' }, at: '2026-03-05T04:10:00Z' } }, false)
  expect(screen.getByText('提交过评价的面试官和招聘人员可以查看内容。')).toBeTruthy()
})

it('distinguishes an interview without expected scorecards', () => {
  renderCard({ ...hidden, submitted: 0, expected: 0, missing: [], excused: [{ userId: 'LinYi', name: '林一' }] })
  expect(screen.getByText('没有需要提交的评价')).toBeTruthy()
})
