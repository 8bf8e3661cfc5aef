import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Question } from '@/room/protocol'
import { hasPermission } from '@/room/store'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { SelectField } from '@/ui/Field'
import { Markdown } from '@/ui/Markdown'
import { EmptyState } from '@/ui/feedback'
import { DifficultyTag } from '@/ui/stateTags'
import { useRoomContext, useRoomSnapshot } from './RoomContext'

export function ProblemPanel({ onStarter }: { onStarter?: () => void }) {
  const { t } = useTranslation('room')
  const question = useRoomSnapshot((snapshot) => snapshot.question)
  const canChoose = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'problem'))
  return (
    <>
      {canChoose && <ProblemSelect />}
      {question ? (
        <Problem key={question.id} question={question} onStarter={onStarter} />
      ) : (
        <EmptyState small title={t('problem.none')} text={canChoose ? t('problem.noneStaff') : t('problem.noneCandidate')} />
      )}
    </>
  )
}

function ProblemSelect() {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const questions = useRoomSnapshot((snapshot) => snapshot.questions)
  const selectedId = useRoomSnapshot((snapshot) => snapshot.question?.id ?? '')
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const options = [{ value: '', label: t('problem.noQuestion') }, ...questions.map(({ id, title }) => ({ value: id, label: title }))]
  return (
    <header className="room-toolbar">
      <div className="hm-grow">
        <SelectField
          hideLabel
          label={t('problem.choose')}
          value={selectedId}
          options={options}
          disabled={!live}
          onChange={(id) => session.setProblem(id || null)}
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
      <StarterCodeButtons question={question} onDone={onStarter} />
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

/** Inserts the problem's starter code: in the current language, else in the languages that have one. */
function StarterCodeButtons({ question, onDone }: { question: Question; onDone?: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const canInsert = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'problem') && hasPermission(snapshot, 'edit'))
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const currentLanguage = useRoomSnapshot((snapshot) => snapshot.room?.language ?? '')
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages)
  const [confirming, setConfirming] = useState<string | null>(null)
  const starters = question.starter ?? {}
  const offered = starters[currentLanguage] ? [currentLanguage] : Object.keys(starters).filter((id) => languages?.some((one) => one.id === id))
  if (!canInsert || offered.length === 0) return null
  const languageName = (id: string) => languages?.find((one) => one.id === id)?.name ?? id
  const insertStarter = (id: string) => {
    if (id !== currentLanguage) session.setLanguage(id)
    session.code.editor.replaceText(starters[id] ?? '')
    setConfirming(null)
    onDone?.()
  }
  const handleClick = (id: string) => (session.code.editor.state.doc.length === 0 ? insertStarter(id) : setConfirming(id))
  return (
    <div className="hm-row">
      {offered.map((id) => (
        <Button key={id} size="small" variant="outline" disabled={!live} onClick={() => handleClick(id)}>
          {id === currentLanguage ? t('problem.starter') : t('problem.starterIn', { language: languageName(id) })}
        </Button>
      ))}
      {confirming !== null && (
        <ConfirmDialog
          title={t('problem.starterTitle')}
          confirmLabel={t('problem.replace')}
          onConfirm={() => insertStarter(confirming)}
          onClose={() => setConfirming(null)}
        >
          <p>{t('problem.starterText', { language: languageName(confirming) })}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}
