import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { questionPagesQuery, questionQuery } from '@/api/catalog'
import type { QuestionSummary } from '@/api/types'
import { codeLanguageName } from '@/ui/codeLanguage'
import { Button } from '@/ui/Button'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Modal } from '@/ui/Modal'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { Tag } from '@/ui/Tag'
import { DifficultyTag } from '@/ui/stateTags'
import { QuestionBody } from '../questions/QuestionBody'
import { FilterTags, QuestionFilter } from '../questions/QuestionFilter'
import { useQuestionFilter } from '../questions/useQuestionFilter'
import { useRoomContext, useRoomSnapshot } from './RoomContext'
import '../questions/questions.css'
import './bank.css'

/** The question bank in a room: finds a question, shows it to the interviewer and adds it to the interview. */
export default function QuestionBank({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('room')
  const { session } = useRoomContext()
  const [viewed, setViewed] = useState<QuestionSummary | null>(null)
  const opener = useRef<HTMLElement | null>(null)
  const inInterview = useRoomSnapshot(({ questions }) => questions.some(({ id }) => id === viewed?.id))
  const live = useRoomSnapshot((snapshot) => snapshot.connection === 'live')
  const view = (question: QuestionSummary) => {
    opener.current = document.activeElement as HTMLElement | null
    setViewed(question)
  }
  const back = () => setViewed(null)
  useEffect(() => {
    if (!viewed) opener.current?.focus()
  }, [viewed])
  const footer = viewed && (
    <>
      <span className="hm-grow hm-small hm-muted" role="status">
        {inInterview && t('bank.isAdded')}
      </span>
      <Button onClick={back}>{t('bank.back')}</Button>
      <Button theme="primary" disabled={inInterview || !live} onClick={() => session.addQuestion(viewed.id)}>
        {inInterview ? t('bank.added') : t('bank.add')}
      </Button>
    </>
  )
  return (
    <Modal kind="drawer" title={viewed?.title ?? t('bank.title')} onClose={onClose} footer={footer}>
      <div hidden={viewed !== null}>
        <BankSearch onView={view} />
      </div>
      {viewed && <BankPreview id={viewed.id} />}
    </Modal>
  )
}

function BankSearch({ onView }: { onView: (question: QuestionSummary) => void }) {
  const { t } = useTranslation(['questions', 'translation', 'room'])
  const filter = useQuestionFilter()
  const pages = useInfiniteQuery(questionPagesQuery(filter.query))
  return (
    <div className="hm-stack">
      <QuestionFilter filter={filter} />
      <QueryContent query={pages}>
        {({ pages: loaded }) => {
          const questions = loaded.flatMap(({ items }) => items)
          if (questions.length === 0) return <EmptyState small title={filter.isEmpty ? t('room:bank.none') : t('translation:common.noMatch')} />
          return (
            <ul className="room-bank">
              {questions.map((question) => (
                <BankRow key={question.id} question={question} onView={() => onView(question)} onTag={(tag) => filter.set({ tag })} />
              ))}
            </ul>
          )
        }}
      </QueryContent>
      <LoadMoreButton query={pages} />
    </div>
  )
}

function BankRow({ question, onView, onTag }: { question: QuestionSummary; onView: () => void; onTag: (tag: string) => void }) {
  const { t } = useTranslation(['questions', 'room'])
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages) ?? []
  const inInterview = useRoomSnapshot(({ questions }) => questions.some(({ id }) => id === question.id))
  const facts = [
    question.expectedMinutes ? t('minutesOf', { count: question.expectedMinutes }) : '',
    question.languages.map((id) => codeLanguageName(languages, id)).join(t('separator')),
    question.testCases > 0 ? t('room:bank.testCases', { count: question.testCases }) : '',
  ].filter(Boolean)
  return (
    <li className="room-bank__row">
      <div className="hm-row">
        <button type="button" className="hm-question-name" onClick={onView}>
          {question.title}
        </button>
        {inInterview && <Tag tone="success">{t('room:bank.added')}</Tag>}
      </div>
      <div className="hm-tags">
        <DifficultyTag difficulty={question.difficulty} />
        <FilterTags tags={question.tags} onTag={onTag} />
      </div>
      {facts.length > 0 && <p className="hm-small hm-muted">{facts.join(' · ')}</p>}
    </li>
  )
}

function BankPreview({ id }: { id: string }) {
  const { t } = useTranslation('room')
  const languages = useRoomSnapshot((snapshot) => snapshot.room?.languages) ?? []
  const query = useQuery(questionQuery(id))
  const region = useRef<HTMLDivElement>(null)
  useEffect(() => region.current?.focus(), [])
  return (
    <div ref={region} className="room-bank__preview" tabIndex={-1} role="group" aria-label={t('bank.preview')}>
      <p className="room-preview">{t('bank.hidden')}</p>
      <QueryContent query={query}>{(question) => <QuestionBody question={question} languages={languages} />}</QueryContent>
    </div>
  )
}
