// @vitest-environment jsdom

import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { questionHealthQuery } from '@/api/questionHealth'
import type { QuestionHealth as Health } from '@/api/types'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import type { Session } from '@/api/types'
import QuestionHealth from './QuestionHealth'

beforeAll(async () => {
  await initI18n()
  await loadNamespace('questions')
  await changeLanguage('en')
})
afterEach(cleanup)

const check: Health['check'] = {
  state: 'done', requestedBy: { userId: '', name: '' }, requestedAt: '2026-11-01T00:00:00Z', endedAt: '2026-11-01T00:05:00Z',
  solutions: [
    {
      language: 'python', state: 'failed', passed: 1, cpuMs: 30, memoryBytes: 8 << 20,
      cases: [
        { number: 1, hidden: false, verdict: 'passed', cpuMs: 30, memoryBytes: 8 << 20 },
        { number: 2, name: 'large', hidden: true, verdict: 'failed', cpuMs: 20, memoryBytes: 8 << 20, difference: { line: 1, expected: '7', actual: '8' } },
      ],
    },
  ],
  variants: { language: 'python', count: 12, passVisible: 5, surviving: [{ kind: 'comparison', line: 3, before: 'a < b', after: 'a <= b' }] },
}

function renderHealth(health: Partial<Health>) {
  const client = newQueryClient()
  client.setQueryData(questionHealthQuery('q1').queryKey, { version: 2, usage: [], ...health })
  const session = newSession('周航', 'recruiter')
  session.features.sandbox = { state: 'ok', languages: [] } as unknown as Session['features']['sandbox']
  render(
    <PageProviders session={session} client={client} path="/questions">
      <QuestionHealth id="q1" />
    </PageProviders>,
  )
}

it('names the first difference of a failing solution', () => {
  renderHealth({ check })
  const solutions = within(screen.getByRole('region', { name: 'Reference solutions' }))
  expect(solutions.getByText('1 of 2 cases pass')).toBeTruthy()
  expect(solutions.getByText('First difference in case 2 (− expected, + actual)')).toBeTruthy()
  expect(solutions.getByText('- 7')).toBeTruthy()
  expect(screen.getByText(/Version 2, checked .*nightly check/)).toBeTruthy()
})

it('proposes a case for each wrong variant that passes', () => {
  renderHealth({ check })
  expect(screen.getByText('1 of 12 wrong variants pass all cases.')).toBeTruthy()
  expect(screen.getByText('Without the hidden cases, 5 would pass.', { exact: false })).toBeTruthy()
  expect(screen.getByText('Add a case for the boundary in line 3.')).toBeTruthy()
  expect(screen.getByText('+ a <= b')).toBeTruthy()
})

it('offers a check, its cancellation, or the reason why there is none', () => {
  renderHealth({})
  expect(screen.getByRole('button', { name: 'Check now' })).toBeTruthy()
  cleanup()
  renderHealth({ check: { ...check, state: 'queued' } as Health['check'] })
  expect(screen.getByRole('button', { name: 'Cancel check' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Check now' })).toBeNull()
  cleanup()
  renderHealth({ refusal: 'no_sandbox' })
  expect(screen.queryByRole('button', { name: 'Check now' })).toBeNull()
  expect(screen.getByText(/Programs can’t be run now/)).toBeTruthy()
})

it('shows the use of each version, and nothing where nothing is known', () => {
  renderHealth({
    usage: [
      { version: 2, interviews: 1, timed: 0, medianMinutes: 0, tested: 0, solved: 0, passed: 0, failed: 0, scored: 0 },
      { version: 1, interviews: 9, lastShown: '2026-11-01T00:00:00Z', timed: 8, medianMinutes: 25, tested: 4, solved: 3, passed: 2, failed: 3, scored: 5, averageScore: 2.75 },
    ],
  })
  const rows = screen.getAllByRole('row').map((row) => row.textContent)
  expect(rows[1]).toBe('Version 2 Current1–––––')
  expect(rows[2]).toContain('25 minutes3 of 42.82 of 5')
})
