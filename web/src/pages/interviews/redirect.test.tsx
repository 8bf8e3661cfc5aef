// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import { Route, Routes, useLocation } from 'react-router'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Role } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import ImportPage from '@/pages/import'
import InterviewFormPage from '@/pages/interview-form'
import { newSession, PageProviders } from '@/ui/interview.testing'
import InterviewsPage from '.'

beforeAll(async () => {
  vi.stubGlobal('fetch', () => new Promise(() => undefined)) // lists stay empty
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function Address() {
  const { pathname, search } = useLocation()
  return <output data-testid="address">{pathname + search}</output>
}

function renderPage(path: string, role: Role) {
  render(
    <PageProviders session={newSession('陈默', role)} path={path}>
      <Address />
      <Routes>
        <Route path="/interviews" element={<InterviewsPage />} />
        <Route path="/interviews/new" element={<InterviewFormPage />} />
        <Route path="/interviews/import" element={<ImportPage />} />
      </Routes>
    </PageProviders>,
  )
  return screen.getByTestId('address').textContent
}

describe('the menu of the application', () => {
  it.each(['/interviews/new', '/interviews/import'])('leads an interviewer from %s to the own interviews', (path) => {
    expect(renderPage(path, 'interviewer')).toBe('/interviews?scope=mine')
    expect(screen.getByText(/面试由招聘人员安排/)).toBeTruthy()
  })

  it('leads a recruiter to the form', () => {
    expect(renderPage('/interviews/new', 'recruiter')).toBe('/interviews/new')
    expect(screen.getByRole('heading', { name: '安排面试' })).toBeTruthy()
  })

  it('explains nothing on the list itself', () => {
    renderPage('/interviews', 'interviewer')
    expect(screen.queryByText(/面试由招聘人员安排/)).toBeNull()
  })
})
