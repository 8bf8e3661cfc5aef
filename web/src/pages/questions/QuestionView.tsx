import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/app/useSession'
import { Modal } from '@/ui/Modal'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Skeleton } from '@/ui/feedback'
import type { QuestionContent } from './contentText'
import { QuestionBody } from './QuestionBody'

const QuestionHealth = lazy(() => import('./QuestionHealth'))

export type QuestionTab = 'content' | 'health'

interface Props {
  question: QuestionContent
  /** Id of the question whose health is shown too, for those who may change questions. */
  healthOf?: string
  initialTab?: QuestionTab
  onClose: () => void
}

/** A question with its parts for interviewers. */
export default function QuestionView({ question, healthOf, initialTab = 'content', onClose }: Props) {
  const { t } = useTranslation('questions')
  const { languages } = useSession().features.sandbox
  const [tab, setTab] = useState(initialTab)
  return (
    <Modal kind="drawer" title={question.title} onClose={onClose}>
      <div className="hm-stack">
        {healthOf && (
          <div>
            <SegmentedControl
              label={t('health.tabs')}
              value={tab}
              options={(['content', 'health'] as const).map((value) => ({ value, label: t(`health.tab.${value}`) }))}
              onChange={setTab}
            />
          </div>
        )}
        {healthOf && tab === 'health' ? (
          <Suspense fallback={<Skeleton />}>
            <QuestionHealth id={healthOf} />
          </Suspense>
        ) : (
          <QuestionBody question={question} languages={languages} />
        )}
      </div>
    </Modal>
  )
}
