import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { questionQuery, questionVersionQuery } from '@/api/catalog'
import type { Interview } from '@/api/types'
import { Modal } from '@/ui/Modal'
import { QueryContent } from '@/ui/feedback'
import './questions.css'

const QuestionView = lazy(() => import('./QuestionView'))

type UsedQuestion = Interview['questions'][number]

/** The questions of an interview, each in the version that its room has shown. */
export function UsedQuestions({ questions }: { questions: UsedQuestion[] }) {
  const { t } = useTranslation('questions')
  const [open, setOpen] = useState<UsedQuestion>()
  return (
    <ul>
      {questions.map((question) => (
        <li key={question.id}>
          <button type="button" className="hm-question-name" onClick={() => setOpen(question)}>
            {question.title}
          </button>
          {question.version && question.version < question.newestVersion ? (
            <span className="hm-small hm-muted"> {t('versions.used', { number: question.version })}</span>
          ) : null}
        </li>
      ))}
      {open && <OpenQuestion question={open} onClose={() => setOpen(undefined)} />}
    </ul>
  )
}

function OpenQuestion({ question, onClose }: { question: UsedQuestion; onClose: () => void }) {
  const { id, version, title } = question
  const present = useQuery({ ...questionQuery(id), enabled: !version })
  const used = useQuery({ ...questionVersionQuery(id, version ?? 0), enabled: !!version })
  const content = version ? used : present
  if (content.data) {
    return (
      <Suspense>
        <QuestionView question={content.data} onClose={onClose} />
      </Suspense>
    )
  }
  return (
    <Modal kind="drawer" title={title} onClose={onClose}>
      {version ? <QueryContent query={used}>{() => null}</QueryContent> : <QueryContent query={present}>{() => null}</QueryContent>}
    </Modal>
  )
}
