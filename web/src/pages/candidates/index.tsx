import { lazy, Suspense } from 'react'
import { Route, Routes } from 'react-router'
import { withTexts } from '@/i18n'
import { Skeleton } from '@/ui/feedback'
import { CandidateList } from './CandidateList'

const Debrief = lazy(() => withTexts(import('../debrief'), 'room', 'scorecards'))

/** The pages of candidates; the list does not load the debrief. */
export default function CandidatePages() {
  return (
    <Suspense fallback={<Skeleton />}>
      <Routes>
        <Route index element={<CandidateList />} />
        <Route path=":id/debrief" element={<Debrief />} />
      </Routes>
    </Suspense>
  )
}
