import { useTranslation } from 'react-i18next'
import type { Question } from '@/api/types'
import { useSession } from '@/app/useSession'
import { codeLanguageName } from '@/ui/codeLanguage'
import { Markdown } from '@/ui/Markdown'
import { Modal } from '@/ui/Modal'
import { Note } from '@/ui/feedback'
import { DifficultyTag } from '@/ui/stateTags'
import { TestCasesView } from './TestCases'

/** A question with its notes for interviewers. */
export default function QuestionView({ question, onClose }: { question: Question; onClose: () => void }) {
  const { t } = useTranslation()
  const { languages } = useSession().features.sandbox
  return (
    <Modal kind="drawer" title={question.title} onClose={onClose}>
      <div className="hm-stack">
        <div>
          <DifficultyTag difficulty={question.difficulty} /> <span className="hm-muted">{question.tags.join('、')}</span>
        </div>
        <Markdown text={question.body} />
        {question.interviewerNotes && (
          <Note>
            <b>{t('questions.notes')}</b>
            <p className="hm-wrap">{question.interviewerNotes}</p>
          </Note>
        )}
        {question.starterCode.map(({ language, code }) => (
          <section key={language}>
            <h3>{codeLanguageName(languages, language)}</h3>
            <pre className="hm-code">{code}</pre>
          </section>
        ))}
        <TestCasesView value={question.tests} />
      </div>
    </Modal>
  )
}
