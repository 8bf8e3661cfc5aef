import type { ComponentType } from 'react'
import { lazy, Suspense } from 'react'
import { Route, Routes } from 'react-router'
import { CrashBoundary } from '@/app/CrashBoundary'
import { Shell } from '@/app/Shell'
import { Skeleton } from '@/ui/states'

// Every page is a chunk of its own: a page's module exports `default`.
function page(load: () => Promise<{ default: ComponentType }>) {
  const Page = lazy(load)
  return (
    <CrashBoundary>
      <Suspense fallback={<Skeleton />}>
        <Page />
      </Suspense>
    </CrashBoundary>
  )
}

/** Every address of the front end. */
export function AppRoutes() {
  return (
    <Routes>
      {/* Reached without an account, or before one is signed in. */}
      <Route path="/signin" element={pages.signin} />
      <Route path="/join/:token" element={pages.join} />
      <Route path="/room/:id" element={pages.room} />
      {/* Members; the shell sends everybody else to /signin. */}
      <Route element={<Shell />}>
        <Route index element={pages.overview} />
        <Route path="interviews" element={pages.interviews} />
        <Route path="interviews/new" element={pages.interviewForm} />
        <Route path="interviews/:id" element={pages.interview} />
        <Route path="interviews/:id/edit" element={pages.interviewForm} />
        <Route path="interviews/:id/scorecard" element={pages.scorecard} />
        <Route path="positions" element={pages.positions} />
        <Route path="candidates" element={pages.candidates} />
        <Route path="questions" element={pages.questions} />
        <Route path="messages" element={pages.messages} />
        <Route path="settings" element={pages.settings} />
        <Route path="*" element={pages.notFound} />
      </Route>
    </Routes>
  )
}

const pages = {
  signin: page(() => import('@/pages/signin')),
  join: page(() => import('@/pages/join')),
  room: page(() => import('@/pages/room')),
  overview: page(() => import('@/pages/overview')),
  interviews: page(() => import('@/pages/interviews')),
  interviewForm: page(() => import('@/pages/interview-form')),
  interview: page(() => import('@/pages/interview')),
  scorecard: page(() => import('@/pages/scorecard')),
  positions: page(() => import('@/pages/positions')),
  candidates: page(() => import('@/pages/candidates')),
  questions: page(() => import('@/pages/questions')),
  messages: page(() => import('@/pages/messages')),
  settings: page(() => import('@/pages/settings')),
  notFound: page(() => import('@/pages/not-found')),
}
