import { useTranslation } from 'react-i18next'
import { codeLanguageName } from '@/ui/codeLanguage'
import { Markdown } from '@/ui/Markdown'
import { Note } from '@/ui/feedback'
import { DifficultyTag } from '@/ui/stateTags'
import type { QuestionContent } from './contentText'
import { TestCasesView } from './TestCases'

interface Props {
  question: QuestionContent
  /** those that the sandbox offers */
  languages: readonly { id: string; name: string }[]
}

/** The content of a question with its parts for interviewers, without the title. */
export function QuestionBody({ question, languages }: Props) {
  const { t } = useTranslation('questions')
  return (
    <div className="hm-stack">
      <div>
        <DifficultyTag difficulty={question.difficulty} /> <span className="hm-muted">{question.tags.join(t('separator'))}</span>{' '}
        {question.expectedMinutes && <span className="hm-muted">{t('minutesOf', { count: question.expectedMinutes })}</span>}
      </div>
      <Markdown text={question.body} />
      {question.interviewerNotes && (
        <Note>
          <b>{t('notes')}</b>
          <p className="hm-wrap">{question.interviewerNotes}</p>
        </Note>
      )}
      <TextList title={t('hints')} texts={question.hints} />
      <TextList title={t('followUps')} texts={question.followUps} />
      {question.solutions.map(({ language, code }) => (
        <CodeSection key={language} title={t('solutionIn', { language: codeLanguageName(languages, language) })} code={code} />
      ))}
      {question.starterCode.map(({ language, code }) => (
        <CodeSection key={language} title={t('starterIn', { language: codeLanguageName(languages, language) })} code={code} />
      ))}
      <TestCasesView value={question.tests} />
    </div>
  )
}

/** Code that the keyboard can scroll. */
function CodeSection({ title, code }: { title: string; code: string }) {
  return (
    <section>
      <h3>{title}</h3>
      <pre className="hm-code" role="region" tabIndex={0} aria-label={title}>
        {code}
      </pre>
    </section>
  )
}

function TextList({ title, texts }: { title: string; texts: string[] }) {
  if (texts.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ol className="hm-text-list">
        {texts.map((text, index) => (
          <li key={index}>
            <Markdown text={text} />
          </li>
        ))}
      </ol>
    </section>
  )
}
