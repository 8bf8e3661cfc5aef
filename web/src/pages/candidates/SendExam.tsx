import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldMessages, leftOver } from '@/api/problem'
import { examChoices, useSendExam } from '@/api/showmebug'
import type { Candidate, Exam, Sitting, SittingInput } from '@/api/types'
import { Button } from '@/ui/Button'
import { Combobox } from '@/ui/Combobox'
import { Copyable } from '@/ui/Copyable'
import { Segmented } from '@/ui/Segmented'
import { Note, useErrorText } from '@/ui/states'
import { toast } from '@/ui/toast'
import { useDebounced } from '@/ui/useDebounced'

type Channel = SittingInput['channel']

const shown = ['examId', 'examName', 'channel']

/** Chooses a test and how the candidate gets its address. */
export function SendExam({ candidate }: { candidate: Candidate }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const [exam, setExam] = useState<Exam>()
  const [channel, setChannel] = useState<Channel>(candidate.email ? 'mail' : 'link')
  const [made, setMade] = useState<Sitting>()
  const send = useSendExam(candidate.id)
  const problems = fieldMessages(send.error)
  const go = () => {
    if (!exam) return
    send.mutate(
      { examId: exam.id, examName: exam.name, channel },
      {
        onSuccess: (sitting) => {
          setExam(undefined)
          setMade(channel === 'link' ? sitting : undefined)
          toast.success(channel === 'mail' ? t('exams.mailToast') : t('exams.linkToast'))
        },
      },
    )
  }
  return (
    <section className="hm-stack hm-exams__send">
      <ExamPicker exam={exam} problem={problems.examId} onPick={setExam} />
      <div className="hm-field">
        <span className="hm-field__label">{t('exams.channel')}</span>
        <div>
          <Segmented
            label={t('exams.channel')}
            value={channel}
            options={[
              { value: 'mail', label: t('exams.channels.mail') },
              { value: 'link', label: t('exams.channels.link') },
            ]}
            onChange={setChannel}
          />
        </div>
        <div className="hm-field__hint">
          {channel === 'link' ? t('exams.linkHint') : candidate.email ? t('exams.mailHint', { email: candidate.email }) : t('exams.noMail')}
        </div>
      </div>
      {send.error ? (
        <Note tone="error">
          {errorText(send.error)}
          {[...Object.values(problems).filter(({ path }) => path === 'channel'), ...leftOver(send.error, shown)].map(({ path, message }) => (
            <p key={path}>{message}</p>
          ))}
        </Note>
      ) : null}
      <div>
        <Button theme="primary" disabled={!exam || (channel === 'mail' && !candidate.email)} loading={send.isPending} onClick={go}>
          {channel === 'mail' ? t('exams.send') : t('exams.make')}
        </Button>
      </div>
      {made?.url && (
        <Note tone="success">
          {t('exams.ready')} <Copyable label={t('exams.link')} text={made.url} />
        </Note>
      )}
    </section>
  )
}

type Problem = Parameters<typeof Combobox>[0]['problem']

function ExamPicker({ exam, problem, onPick }: { exam?: Exam; problem: Problem; onPick: (exam: Exam) => void }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const [q, setQ] = useState('')
  const found = useQuery({ ...examChoices(useDebounced(q)), placeholderData: (before) => before })
  const items = found.data?.items ?? []
  return (
    <>
      <Combobox
        required
        label={t('exams.exam')}
        placeholder={t('exams.examHint')}
        shown={exam?.name}
        problem={problem}
        loading={found.isPending}
        failed={found.isError}
        choices={items.map((one) => ({ id: String(one.id), label: one.name, detail: <Details exam={one} /> }))}
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

function Details({ exam: { questions, durationMinutes, totalScore } }: { exam: Exam }) {
  const { t } = useTranslation()
  const parts = [
    t('exams.questions', { count: questions }),
    durationMinutes > 0 ? t('common.minutes', { count: durationMinutes }) : t('exams.unlimited'),
    t('exams.total', { total: totalScore }),
  ]
  return <>{parts.join(' · ')}</>
}
