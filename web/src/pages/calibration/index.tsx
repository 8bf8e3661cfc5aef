import { lazy, Suspense } from 'react'
import { Route, Routes } from 'react-router'
import { withTexts } from '@/i18n'
import { Skeleton } from '@/ui/feedback'
import { ExerciseList } from './ExerciseList'

const Form = lazy(() => import('./form'))
const Exercise = lazy(() => withTexts(import('./exercise'), 'room', 'replay', 'scorecards'))
const Replay = lazy(() => withTexts(import('./replay'), 'room', 'replay'))

/** The pages of calibration; the list loads none of the others. */
export default function CalibrationPages() {
  return (
    <Suspense fallback={<Skeleton />}>
      <Routes>
        <Route index element={<ExerciseList />} />
        <Route path="new" element={<Form />} />
        <Route path="preview/:interviewId" element={<Replay />} />
        <Route path=":id" element={<Exercise />} />
        <Route path=":id/edit" element={<Form />} />
        <Route path=":id/replay" element={<Replay />} />
      </Routes>
    </Suspense>
  )
}
