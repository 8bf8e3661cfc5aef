import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { elapsedOf, isDone, nextQuestion } from '@/room/progress'
import type { Question } from '@/room/protocol'
import { starterLanguages } from '@/room/starter'
import { hasPermission } from '@/room/store'
import { formatElapsed } from '@/time/elapsed'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { SelectField } from '@/ui/Field'
import { Markdown } from '@/ui/Markdown'
import { EmptyState } from '@/ui/feedback'
import { CheckCircleIcon } from '@/ui/icons'
import { DifficultyTag } from '@/ui/stateTags'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import { useServerTime } from './useServerTime'

interface Props {
  onStarter?: () => void
  /** opens the question bank */
  onBank: () => void
}

export function ProblemPanel({ onStarter, onBank }: Props) {
  const { t } = useTranslation('room')
  const shown = useRoomSnapshot((snapshot) => snapshot.question)
  const canChoose = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'problem'))
  if (canChoose) return <ProblemChooser shown={shown} onStarter={onStarter} onBank={onBank} />
  if (!shown) return <EmptyState small title={t('problem.none')} text={t('problem.noneCandidate')} />
  return <Problem key={shown.id} question={shown} />
}

/** For staff: a question can be read before it is shown to the candidate. */
function ProblemChooser({ shown, onStarter, onBank }: Props & { shown: Question | null }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const questions = useRoomSnapshot((snapshot) => snapshot.questions)
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const shownId = shown?.id ?? ''
  const [chosenId, setChosenId] = useState<string | null>(null) // null: the question that is shown
  const viewedId = chosenId ?? shownId
  const isPreview = viewedId !== shownId
  const viewed = isPreview ? questions.find(({ id }) => id === viewedId) : shown
  const progress = useRoomSnapshot((snapshot) => snapshot.progress)
  const titleOf = ({ id, title }: Question) => (isDone(progress, id) ? t('problem.doneTitle', { title }) : title)
  const options = [{ value: '', label: t('problem.noQuestion') }, ...questions.map((question) => ({ value: question.id, label: titleOf(question) }))]
  const handleShow = () => {
    session.setProblem(viewedId || null)
    setChosenId(null)
  }
  return (
    <>
      <header className="room-toolbar">
        <div className="hm-grow">
          <SelectField hideLabel label={t('problem.choose')} value={viewedId} options={options} disabled={!live} onChange={setChosenId} />
        </div>
        <Button size="small" variant="outline" aria-haspopup="dialog" onClick={onBank}>
          {t('bank.title')}
        </Button>
      </header>
      {questions.length > 0 && (
        <div className="room-toolbar room-toolbar--wrap">
          {viewed && <QuestionTime question={viewed} />}
          <span className="hm-grow" />
          {viewed && (!isPreview || isDone(progress, viewedId)) && <DoneButton questionId={viewedId} />}
          {isPreview ? (
            <Button size="small" theme="primary" disabled={!live} onClick={handleShow}>
              {viewed ? t('problem.show') : t('problem.hide')}
            </Button>
          ) : (
            <NextButton viewedId={viewedId} onNext={setChosenId} />
          )}
        </div>
      )}
      {isPreview && viewed && (
        <p className="room-preview" role="status">
          {t('problem.preview')}
        </p>
      )}
      {viewed ? (
        <Problem key={viewed.id} question={viewed} starter={isPreview ? undefined : onStarter ?? (() => undefined)} />
      ) : (
        <EmptyState small title={t('problem.none')} text={t('problem.noneStaff')} />
      )}
    </>
  )
}

/** For how long the question was shown, beside the time that it is expected to take. */
function QuestionTime({ question }: { question: Question }) {
  const { t } = useTranslation('room')
  const progress = useRoomSnapshot((snapshot) => snapshot.progress)
  const now = useServerTime(progress.some(({ questionId, since }) => questionId === question.id && since !== undefined))
  const elapsed = elapsedOf(progress, question.id, now)
  const expected = question.expectedMinutes && t('problem.expected', { count: question.expectedMinutes })
  const spent = elapsed !== undefined && t('problem.elapsed', { time: formatElapsed(elapsed) })
  return <span className="hm-small hm-muted hm-num">{[spent, expected].filter(Boolean).join(' · ')}</span>
}

function DoneButton({ questionId }: { questionId: string }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const done = useRoomSnapshot((snapshot) => isDone(snapshot.progress, questionId))
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  return (
    <Button size="small" variant="outline" theme={done ? 'success' : 'default'} icon={done ? <CheckCircleIcon /> : undefined} aria-pressed={done} disabled={!live} onClick={() => session.markQuestion(questionId, !done)}>
      {t('problem.done')}
    </Button>
  )
}

/** Opens the next question that is not done. */
function NextButton({ viewedId, onNext }: { viewedId: string; onNext: (id: string) => void }) {
  const { t } = useTranslation('room')
  const next = useRoomSnapshot(({ questions, progress }) => nextQuestion(questions, progress, viewedId)?.id)
  if (!next) return null
  return (
    <Button size="small" variant="outline" onClick={() => onNext(next)}>
      {t('problem.next')}
    </Button>
  )
}

/** `starter` is called after starter code was inserted; without it, there are no buttons to insert it. */
function Problem({ question, starter }: { question: Question; starter?: () => void }) {
  const { t } = useTranslation('room')
  return (
    <article className="room-scroll room-problem__text">
      <header className="hm-row">
        <h2>{question.title}</h2>
        <Difficulty value={question.difficulty} />
      </header>
      <Markdown text={question.body} />
      {starter && <StarterCodeButtons question={question} onDone={starter} />}
      <StaffOnlyParts question={question} />
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

/** What interviewers give the candidate step by step: collapsed, since the screen may be shared. */
function StaffOnlyParts({ question }: { question: Question }) {
  const { t } = useTranslation('room')
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages)
  const parts = [
    ...(question.hints ?? []).map((text, index) => ({ title: t('problem.hint', { number: index + 1 }), text, isCode: false })),
    ...(question.followUps ?? []).map((text, index) => ({ title: t('problem.followUp', { number: index + 1 }), text, isCode: false })),
    ...Object.entries(question.solutions ?? {}).map(([id, text]) => ({ title: t('problem.solution', { language: languages?.find((one) => one.id === id)?.name ?? id }), text, isCode: true })),
  ]
  return parts.map(({ title, text, isCode }) => (
    <details key={title} className="room-hint">
      <summary>
        {title} <span className="hm-muted hm-small">{t('problem.notesHint')}</span>
      </summary>
      {isCode ? <pre className="hm-code">{text}</pre> : <Markdown text={text} />}
    </details>
  ))
}

function Difficulty({ value }: { value: string | undefined }) {
  if (value !== 'easy' && value !== 'medium' && value !== 'hard') return null
  return <DifficultyTag difficulty={value} />
}

/** Inserts the problem's starter code: in the current language, else in the languages that have one. */
function StarterCodeButtons({ question, onDone }: { question: Question; onDone: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const canInsert = useRoomSnapshot((snapshot) => hasPermission(snapshot, 'problem') && hasPermission(snapshot, 'edit'))
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const currentLanguage = useRoomSnapshot((snapshot) => snapshot.room?.language ?? '')
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages)
  const [confirming, setConfirming] = useState<string | null>(null)
  const starters = starterLanguages(question.starter)
  const offered = starters.includes(currentLanguage) ? [currentLanguage] : starters.filter((id) => languages?.some((one) => one.id === id))
  if (!canInsert || offered.length === 0) return null
  const languageName = (id: string) => languages?.find((one) => one.id === id)?.name ?? id
  const insertStarter = (id: string) => {
    if (id !== currentLanguage) session.setLanguage(id)
    session.starter.replace(id)
    setConfirming(null)
    onDone()
  }
  const handleClick = (id: string) => (session.answer.editor.state.doc.length === 0 ? insertStarter(id) : setConfirming(id))
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
