import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemsByField, unmatchedProblems } from '@/api/problem'
import { examChoicesQuery, useSendExam } from '@/api/showmebug'
import type { Candidate, Exam, Sitting, SittingInput } from '@/api/types'
import { Button } from '@/ui/Button'
import { Combobox } from '@/ui/Combobox'
import { Copyable } from '@/ui/Copyable'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { Note, useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useDebouncedValue } from '@/ui/useDebouncedValue'

type Channel = SittingInput['channel']

const fieldPaths = ['examId', 'examName', 'channel']

/** Selects a test and how its link is delivered. */
export function SendExamForm({ candidate }: { candidate: Candidate }) {
  const { t } = useTranslation(['translation', 'exams'])
  const errorText = useErrorText()
  const [exam, setExam] = useState<Exam>()
  const [channel, setChannel] = useState<Channel>(candidate.email ? 'mail' : 'link')
  const [createdSitting, setCreatedSitting] = useState<Sitting>()
  const send = useSendExam(candidate.id)
  const problems = problemsByField(send.error)
  const handleSend = () => {
    if (!exam) return
    send.mutate(
      { examId: exam.id, examName: exam.name, channel },
      {
        onSuccess: (sitting) => {
          setExam(undefined)
          setCreatedSitting(channel === 'link' ? sitting : undefined)
          toast.success(channel === 'mail' ? t('exams:mailToast') : t('exams:linkToast'))
        },
      },
    )
  }
  return (
    <section className="hm-stack hm-exams__send">
      <ExamPicker exam={exam} problem={problems.examId} onPick={setExam} />
      <div className="hm-field">
        <span className="hm-field__label">{t('exams:channel')}</span>
        <div>
          <SegmentedControl
            label={t('exams:channel')}
            value={channel}
            options={[
              { value: 'mail', label: t('exams:channels.mail') },
              { value: 'link', label: t('exams:channels.link') },
            ]}
            onChange={setChannel}
          />
        </div>
        <div className="hm-field__hint">
          {channel === 'link' ? t('exams:linkHint') : candidate.email ? t('exams:mailHint', { email: candidate.email }) : t('exams:noMail')}
        </div>
      </div>
      {send.error ? (
        <Note tone="error">
          {errorText(send.error)}
          {[...Object.values(problems).filter(({ path }) => path === 'channel'), ...unmatchedProblems(send.error, fieldPaths)].map(({ path, message }) => (
            <p key={path}>{message}</p>
          ))}
        </Note>
      ) : null}
      <div>
        <Button theme="primary" disabled={!exam || (channel === 'mail' && !candidate.email)} loading={send.isPending} onClick={handleSend}>
          {channel === 'mail' ? t('exams:send') : t('exams:make')}
        </Button>
      </div>
      {createdSitting?.url && (
        <Note tone="success">
          {t('exams:ready')} <Copyable label={t('exams:link')} text={createdSitting.url} />
        </Note>
      )}
    </section>
  )
}

type FieldProblem = Parameters<typeof Combobox>[0]['problem']

function ExamPicker({ exam, problem, onPick }: { exam?: Exam; problem: FieldProblem; onPick: (exam: Exam) => void }) {
  const { t } = useTranslation(['translation', 'exams'])
  const errorText = useErrorText()
  const [q, setQ] = useState('')
  const found = useQuery({ ...examChoicesQuery(useDebouncedValue(q)), placeholderData: (before) => before })
  const items = found.data?.items ?? []
  return (
    <>
      <Combobox
        required
        label={t('exams:exam')}
        placeholder={t('exams:examHint')}
        displayValue={exam?.name}
        problem={problem}
        loading={found.isPending}
        failed={found.isError}
        choices={items.map((one) => ({ id: String(one.id), label: one.name, detail: <ExamDetails exam={one} /> }))}
        onSearch={setQ}
        onChoose={({ id }) => {
          const picked = items.find((one) => String(one.id) === id)
          if (picked) onPick(picked)
        }}
      />
      {found.error ? <Note tone="error">{errorText(found.error)}</Note> : null}
    </>
  )
}

function ExamDetails({ exam: { questions, durationMinutes, totalScore } }: { exam: Exam }) {
  const { t } = useTranslation(['translation', 'exams'])
  const parts = [
    t('exams:questions', { count: questions }),
    durationMinutes > 0 ? t('common.minutes', { count: durationMinutes }) : t('exams:unlimited'),
    t('exams:total', { total: totalScore }),
  ]
  return <>{parts.join(' · ')}</>
}
