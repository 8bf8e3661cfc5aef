// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { useReducer } from 'react'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { changeLanguage, initI18n } from '@/i18n'
import { newSession, PageProviders } from '@/ui/interview.testing'
import { CandidateSection } from './CandidateSection'
import { emptyDraft, reduceDraft, type Draft } from './draft'
import { TimeSection } from './TimeSection'

const request = vi.hoisted(() => vi.fn<(path: string, query?: { candidateId?: string; positionId?: string }) => unknown>())
vi.mock('@/api/client', () => ({
  api: { GET: (path: string, options?: { params?: { query?: object } }) => Promise.resolve(request(path, options?.params?.query)) },
  unwrap: (data: unknown) => data,
}))

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
beforeEach(() => request.mockImplementation((_, query) => ({ items: query?.candidateId === 'zhao' && query.positionId === 'backend' ? [{ round: 1 }, { round: 3 }, { round: 2 }] : [] })))
afterEach(() => {
  cleanup()
  request.mockReset()
})

function Form({ initial, section: Section }: { initial: Draft; section: typeof TimeSection }) {
  const [draft, dispatch] = useReducer((before: Draft, by: Parameters<typeof reduceDraft>[1]) => reduceDraft(before, by, ({ round }) => `第 ${round} 轮`), initial)
  return (
    <>
      <Section draft={draft} dispatch={dispatch} problem={() => undefined} />
      <button type="button" onClick={() => dispatch({ set: { candidate: { id: 'lin', title: '林一' } } })}>林一</button>
    </>
  )
}

function renderForm(change: Partial<Draft>, section: typeof TimeSection) {
  const initial = { ...emptyDraft('2099-11-24', '14:00'), ...change }
  render(<PageProviders session={newSession('林悦', 'recruiter')}><Form initial={initial} section={section} /></PageProviders>)
}

const CandidatePart = (props: Parameters<typeof TimeSection>[0]) => <CandidateSection fixed={false} {...props} />
const round = () => screen.getByRole<HTMLSelectElement>('combobox', { name: '轮次' })
const application = { candidate: { id: 'zhao', title: '赵一鸣' }, position: { id: 'backend', title: '后端工程师' } }

it("selects the round after the candidate's interviews for the position", async () => {
  renderForm(application, CandidatePart)
  await waitFor(() => expect(round().value).toBe('4'))
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: /标题/ }).value).toBe('第 4 轮')
  fireEvent.click(screen.getByRole('button', { name: '林一' }))
  await waitFor(() => expect(round().value).toBe('1'))
})

it('keeps the round that the user has selected', async () => {
  renderForm(application, CandidatePart)
  await waitFor(() => expect(round().value).toBe('4'))
  fireEvent.change(round(), { target: { value: '2' } })
  fireEvent.click(screen.getByRole('button', { name: '林一' }))
  expect(round().value).toBe('2')
  expect(request).not.toHaveBeenCalledWith('/api/interviews', expect.objectContaining({ candidateId: 'lin' }))
})

it.each([['2020-01-01', true], ['2099-01-01', false]])('reports that %s has passed before the form is sent: %s', (day, isPast) => {
  renderForm({ day }, TimeSection)
  expect(screen.queryByText('这个时间已经过去，请选择之后的时间') !== null).toBe(isPast)
})
