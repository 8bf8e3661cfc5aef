import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Question } from '@/room/protocol'
import { may } from '@/room/store'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { SelectField } from '@/ui/Field'
import { Markdown } from '@/ui/Markdown'
import { Empty } from '@/ui/states'
import { DifficultyTag } from '@/ui/tags'
import { useHere, useRoom } from './context'

export function ProblemPanel({ onStarter }: { onStarter?: () => void }) {
  const { t } = useTranslation('room')
  const question = useRoom((snapshot) => snapshot.question)
  const chooses = useRoom((snapshot) => may(snapshot, 'problem'))
  return (
    <>
      {chooses && <Choice />}
      {question ? (
        <Problem key={question.id} question={question} onStarter={onStarter} />
      ) : (
        <Empty small title={t('problem.none')} text={chooses ? t('problem.noneStaff') : t('problem.noneCandidate')} />
      )}
    </>
  )
}

function Choice() {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const questions = useRoom((snapshot) => snapshot.questions)
  const chosen = useRoom((snapshot) => snapshot.question?.id ?? '')
  const live = useRoom((snapshot) => snapshot.connection === 'live')
  const options = [{ value: '', label: t('problem.noQuestion') }, ...questions.map(({ id, title }) => ({ value: id, label: title }))]
  return (
    <header className="room-strip">
      <div className="hm-grow">
        <SelectField
          bare
          label={t('problem.choose')}
          value={chosen}
          options={options}
          disabled={!live}
          onChange={(id) => session.chooseProblem(id || null)}
        />
      </div>
    </header>
  )
}

function Problem({ question, onStarter }: { question: Question; onStarter?: () => void }) {
  const { t } = useTranslation('room')
  return (
    <article className="room-scroll room-problem__text">
      <header className="hm-row">
        <h2>{question.title}</h2>
        <Difficulty value={question.difficulty} />
      </header>
      <Markdown text={question.body} />
      <Starter question={question} onDone={onStarter} />
      {question.interviewerNotes && (
        <section className="room-hint">
          <h3>
            {t('problem.notes')} <span className="hm-muted hm-small">{t('problem.notesHint')}</span>
          </h3>
          <Markdown text={question.interviewerNotes} />
        </section>
      )}
    </article>
  )
}

function Difficulty({ value }: { value: string | undefined }) {
  if (value !== 'easy' && value !== 'medium' && value !== 'hard') return null
  return <DifficultyTag difficulty={value} />
}

/** Puts the problem's own beginning into the editor, in the language that is chosen. */
function Starter({ question, onDone }: { question: Question; onDone?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const allowed = useRoom((snapshot) => may(snapshot, 'problem') && may(snapshot, 'edit'))
  const language = useRoom((snapshot) => snapshot.room?.language ?? '')
  const name = useRoom((snapshot) => snapshot.room?.languages?.find(({ id }) => id === language)?.name ?? language)
  const [asking, setAsking] = useState(false)
  const code = question.starter?.[language]
  if (!allowed || !code) return null
  const insert = () => {
    session.code.editor.replaceAll(code)
    setAsking(false)
    onDone?.()
  }
  const ask = () => (session.code.editor.state.doc.length === 0 ? insert() : setAsking(true))
  return (
    <div>
      <Button size="small" variant="outline" onClick={ask}>
        {t('problem.starter')}
      </Button>
      {asking && (
        <Confirm title={t('problem.starterTitle')} confirm={t('problem.replace')} onConfirm={insert} onClose={() => setAsking(false)}>
          <p>{t('problem.starterText', { language: name })}</p>
        </Confirm>
      )}
    </div>
  )
}
