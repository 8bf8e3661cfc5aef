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

/** Puts the problem's own beginning into the editor: in the language that is chosen, else in one that it has. */
function Starter({ question, onDone }: { question: Question; onDone?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useHere()
  const allowed = useRoom((snapshot) => may(snapshot, 'problem') && may(snapshot, 'edit'))
  const live = useRoom((snapshot) => snapshot.connection === 'live')
  const chosen = useRoom((snapshot) => snapshot.room?.language ?? '')
  const languages = useRoom((snapshot) => snapshot.room?.languages)
  const [asking, setAsking] = useState<string | null>(null)
  const starters = question.starter ?? {}
  const offered = starters[chosen] ? [chosen] : Object.keys(starters).filter((id) => languages?.some((one) => one.id === id))
  if (!allowed || offered.length === 0) return null
  const nameOf = (id: string) => languages?.find((one) => one.id === id)?.name ?? id
  const insert = (id: string) => {
    if (id !== chosen) session.chooseLanguage(id)
    session.code.editor.replaceAll(starters[id] ?? '')
    setAsking(null)
    onDone?.()
  }
  const ask = (id: string) => (session.code.editor.state.doc.length === 0 ? insert(id) : setAsking(id))
  return (
    <div className="hm-row">
      {offered.map((id) => (
        <Button key={id} size="small" variant="outline" disabled={!live} onClick={() => ask(id)}>
          {id === chosen ? t('problem.starter') : t('problem.starterIn', { language: nameOf(id) })}
        </Button>
      ))}
      {asking !== null && (
        <Confirm
          title={t('problem.starterTitle')}
          confirm={t('problem.replace')}
          onConfirm={() => insert(asking)}
          onClose={() => setAsking(null)}
        >
          <p>{t('problem.starterText', { language: nameOf(asking) })}</p>
        </Confirm>
      )}
    </div>
  )
}
