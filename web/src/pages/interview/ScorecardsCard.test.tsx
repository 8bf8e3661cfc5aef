// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { scorecardsQuery } from '@/api/scorecards'
import type { Interview, Scorecard, Scorecards as Cards } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { Scorecards } from './ScorecardsCard'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

it('shows the count of each recommendation in its row, and the average of the scores in another', () => {
  const criteria = [{ key: 'code', title: '编码' }, { key: 'talk', title: '沟通' }]
  const card = {
    author: { userId: 'ZhouHang', name: '周航' }, criteria, recommendation: 'yes', state: 'submitted', version: 1, interviewId: 'i',
    scores: [{ key: 'code', score: 4 }, { key: 'talk', score: 3 }],
  } as Scorecard
  const cards = {
    visible: true, submitted: 1, expected: 1, items: [card],
    summary: { average: 3.5, criteria: [{ key: 'code', average: 4 }, { key: 'talk', average: 3 }], recommendations: [{ recommendation: 'yes', count: 1 }] },
  } as unknown as Cards
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(scorecardsQuery('i').queryKey, cards)
  render(
    <QueryClientProvider client={client}>
      <Scorecards interview={{ id: 'i' } as Interview} />
    </QueryClientProvider>,
  )
  const cells = (name: string) => within(screen.getByRole('rowheader', { name }).closest('tr') as HTMLElement).getAllByRole('cell').map(({ textContent }) => textContent)
  expect(cells('是否推荐')).toEqual(['推荐', '推荐 × 1'])
  expect(cells('各项平均')).toEqual(['3.5', '3.5'])
})
