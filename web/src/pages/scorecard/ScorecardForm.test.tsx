// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { Scorecard } from '@/api/types'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { stubDialogs } from '@/ui/dialog.testing'
import { ScorecardForm, type ScorecardStorage } from './ScorecardForm'

const scorecard: Scorecard = {
  interviewId: 'i1',
  author: { userId: 'ZhouHang', name: '周航' },
  criteria: [{ key: 'code', title: '编码', kind: 'score', required: true, scale: 4 }, { key: 'talk', title: '沟通', kind: 'score', required: true, scale: 4 }],
  average: 0,
  scores: [],
  state: 'none',
  version: 0,
}
let storage: { [K in keyof ScorecardStorage]: ReturnType<typeof vi.fn> }

function renderForm(submitUrl?: string, card = scorecard) {
  const props = { scorecard: card, zone: 'Asia/Shanghai', storage: storage as unknown as ScorecardStorage, onReload: vi.fn() }
  render(
    <QueryClientProvider client={new QueryClient()}>
      {submitUrl ? <ScorecardForm {...props} submitUrl={submitUrl} /> : <ScorecardForm {...props} onSubmitted={vi.fn()} />}
    </QueryClientProvider>,
  )
  return userEvent.setup()
}

const group = (name: string) => screen.getByRole('radiogroup', { name })
const marked = () => screen.getAllByRole('radiogroup').filter((one) => one.getAttribute('aria-invalid') === 'true').map((one) => one.getAttribute('aria-label'))

beforeAll(async () => {
  Element.prototype.scrollIntoView = () => undefined
  stubDialogs()
  await initI18n()
  await changeLanguage('zh-CN')
  await loadNamespace('scorecards')
})
beforeEach(() => {
  storage = { save: vi.fn((draft: object) => Promise.resolve({ ...scorecard, ...draft, version: 1 })), submit: vi.fn(), fetchLatest: vi.fn() }
})
afterEach(cleanup)

it('marks the missing ratings in place of offering a submission that the server refuses', async () => {
  const user = renderForm()
  await user.click(within(group('编码评分')).getByRole('radio', { name: /4/ }))
  await user.click(screen.getByRole('button', { name: '提交评价' }))
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(marked()).toEqual(['沟通评分', '是否推荐'])
  expect(group('沟通评分').contains(document.activeElement)).toBe(true)
  await user.keyboard(' ')
  await user.click(within(group('是否推荐')).getAllByRole('radio')[2] as HTMLElement)
  expect(marked()).toEqual([])
  await user.click(screen.getByRole('button', { name: '提交评价' }))
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: '提交评价' }))
  await waitFor(() => expect(storage.submit).toHaveBeenCalledOnce())
})

it('marks the ratings that the server reports', async () => {
  storage.submit.mockRejectedValue(new Problem(422, 'validation', '有内容需要修改', [{ path: 'scores.talk', code: 'scorecard.score_missing', message: '请评分' }]))
  const user = renderForm()
  for (const name of ['编码评分', '沟通评分', '是否推荐']) await user.click(within(group(name)).getAllByRole('radio')[2] as HTMLElement)
  await user.click(screen.getByRole('button', { name: '提交评价' }))
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: '提交评价' }))
  await waitFor(() => expect(marked()).toEqual(['沟通评分']))
  expect(group('沟通评分').textContent).toContain('请评分')
})

it('links to the page that submits where drafts alone can be saved', async () => {
  const user = renderForm('https://huimian.example/interviews/i1/scorecard')
  expect(screen.queryByRole('button', { name: '提交评价' })).toBeNull()
  await user.click(within(group('编码评分')).getByRole('radio', { name: /4/ }))
  const link = screen.getByRole('link', { name: '登录后提交' })
  expect(link.getAttribute('href')).toBe('https://huimian.example/interviews/i1/scorecard')
  expect(link.getAttribute('target')).toBe('_blank')
  link.addEventListener('click', (event) => event.preventDefault()) // jsdom opens no pages
  await user.click(link)
  expect(storage.save).toHaveBeenCalledOnce()
  expect(storage.submit).not.toHaveBeenCalled()
})

it('saves texts, choices and checklists, and marks those that are required', async () => {
  const user = renderForm(undefined, {
    ...scorecard,
    criteria: [
      { key: 'depth', title: '深度', kind: 'score', required: true, scale: 5, anchors: ['', '', '', '', '专家'] },
      { key: 'risk', title: '风险', kind: 'text', required: true },
      { key: 'level', title: '职级', kind: 'choice', required: true, options: [{ key: 'a', text: '初级' }, { key: 'b', text: '高级' }] },
      { key: 'done', title: '流程', kind: 'checklist', required: true, options: [{ key: 'c', text: '介绍' }, { key: 'd', text: '提问' }] },
      { key: 'more', title: '其他', kind: 'text', required: false },
    ],
  })
  await user.click(within(group('是否推荐')).getAllByRole('radio')[2] as HTMLElement)
  await user.click(screen.getByRole('button', { name: '提交评价' }))
  expect(screen.getAllByRole('alert').map(({ textContent }) => textContent)).toEqual(['请为这一项评分，再提交', '请填写这一项，再提交', '请选择一项，再提交', '请至少勾选一项，再提交'])
  await user.click(within(group('深度评分')).getByRole('radio', { name: '5 专家' }))
  await user.type(screen.getByRole('textbox', { name: '风险' }), '经验偏窄')
  await user.click(within(group('职级')).getByRole('radio', { name: '高级' }))
  await user.click(screen.getByRole('checkbox', { name: '提问' }))
  await user.click(screen.getByRole('button', { name: '提交评价' }))
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: '提交评价' }))
  await waitFor(() => expect(storage.submit).toHaveBeenCalledOnce())
  expect(storage.save.mock.lastCall?.[0]).toMatchObject({
    scores: [{ key: 'depth', score: 5 }, { key: 'risk', text: '经验偏窄' }, { key: 'level', choice: 'b' }, { key: 'done', checked: ['d'] }, { key: 'more', score: 0 }],
  })
})
