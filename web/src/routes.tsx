import { lazy, Suspense } from 'react'
import { Route, Routes } from 'react-router'
import { ErrorBoundary } from '@/app/ErrorBoundary'
import type { PageName } from '@/app/pageLoaders'
import { PageLoadersContext } from '@/app/pageLoaders'
import { pages } from '@/app/pages'
import { Shell } from '@/app/Shell'
import { Skeleton } from '@/ui/feedback'

function pageElement(name: PageName) {
  const Page = lazy(pages[name])
  return (
    <ErrorBoundary>
      <Suspense fallback={<Skeleton />}>
        <Page />
      </Suspense>
    </ErrorBoundary>
  )
}

const elements = Object.fromEntries(
  (Object.keys(pages) as PageName[]).map((name) => [name, pageElement(name)]),
) as Record<PageName, ReturnType<typeof pageElement>>

/** All routes of the front end. */
export function AppRoutes() {
  return (
    <PageLoadersContext value={pages}>
      <Routes>
        {/* No session required. */}
        <Route path="/signin" element={elements.signin} />
        <Route path="/join" element={elements.join} />
        <Route path="/join/:token" element={elements.join} />
        <Route path="/book" element={elements.book} />
        <Route path="/room/:id" element={elements.room} />
        {/* Shown in ShowMeBug's frames; the token in the URL authorises the request. */}
        <Route path="/embed/resume/:token" element={elements.embeddedResume} />
        <Route path="/embed/evaluation/:token" element={elements.embeddedEvaluation} />
        {/* Members only: the shell redirects to /signin without a session. */}
        <Route element={<Shell />}>
          <Route index element={elements.overview} />
          <Route path="interviews" element={elements.interviews} />
          <Route path="interviews/new" element={elements.interviewForm} />
          <Route path="interviews/loop" element={elements.loop} />
          <Route path="interviews/import" element={elements.import} />
          <Route path="interviews/:id" element={elements.interview} />
          <Route path="interviews/:id/edit" element={elements.interviewForm} />
          <Route path="interviews/:id/scorecard" element={elements.scorecard} />
          <Route path="interviews/:id/replay" element={elements.replay} />
          <Route path="offers" element={elements.offers} />
          <Route path="offers/:id" element={elements.offer} />
          <Route path="positions" element={elements.positions} />
          <Route path="candidates/*" element={elements.candidates} />
          <Route path="candidates/import" element={elements.import} />
          <Route path="questions" element={elements.questions} />
          <Route path="calibration/*" element={elements.calibration} />
          <Route path="insight" element={elements.insight} />
          <Route path="messages" element={elements.messages} />
          <Route path="settings" element={elements.settings}>
            <Route path="availability" element={elements.settingsAvailability} />
            <Route path="notifications" element={elements.settingsNotifications} />
            <Route path="rooms" element={elements.settingsRooms} />
            <Route path="webhooks" element={elements.settingsWebhooks} />
            <Route path="tokens" element={elements.settingsTokens} />
            <Route path="scorecards" element={elements.settingsScorecards} />
            <Route path="mail" element={elements.settingsMail} />
            <Route path="approval" element={elements.settingsApproval} />
            <Route path="wechat" element={elements.settingsWeChat} />
            <Route path="smart-bot" element={elements.settingsSmartBot} />
            <Route path="privacy" element={elements.settingsPrivacy} />
            <Route path="audit" element={elements.settingsAudit} />
            <Route path="system" element={elements.settingsSystem} />
          </Route>
          <Route path="*" element={elements.notFound} />
        </Route>
      </Routes>
    </PageLoadersContext>
  )
}
