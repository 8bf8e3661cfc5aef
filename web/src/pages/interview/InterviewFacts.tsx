import { useTranslation } from 'react-i18next'
import { isOpen } from '@/api/interviewState'
import type { Interview } from '@/api/types'
import { MeetingLink } from '@/ui/MeetingLink'
import { Card } from '@/ui/Page'
import { UsedQuestions } from '../questions/UsedQuestions'
import { Person } from '@/ui/Person'
import { RoomStateTag } from './RoomStatus'

export function InterviewFacts({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const { candidate, position, round, room, meeting, organizer, questions, note, durationMinutes, state } = interview
  return (
    <Card title={t('interview.facts')}>
      <dl className="hm-facts">
        <dt>{t('form.candidate')}</dt>
        <dd>
          <div>{candidate.name}</div>
          {candidate.email && <a href={`mailto:${candidate.email}`}>{candidate.email}</a>}
          {candidate.mobile && <div className="hm-num">{candidate.mobile}</div>}
          {candidate.resumeUrl && (
            <a href={candidate.resumeUrl} target="_blank" rel="noreferrer noopener">
              {t('candidates.openResume')}
            </a>
          )}
        </dd>
        <dt>{t('form.position')}</dt>
        <dd>{position.title}</dd>
        <dt>{t('form.round')}</dt>
        <dd>{t('interview.round', { round })}</dd>
        <dt>{t('form.duration')}</dt>
        <dd>{t('common.minutes', { count: durationMinutes })}</dd>
        <dt>{t('form.room')}</dt>
        <dd>
          {t(`room.${room.kind}`)} <RoomStateTag interview={interview} />
          {room.url && (
            <div>
              <a href={room.url} target="_blank" rel="noreferrer noopener">
                {room.url}
              </a>
            </div>
          )}
        </dd>
        {meeting.kind !== 'none' && (
          <>
            <dt>{t('form.meeting')}</dt>
            <dd>
              <div>{t(`meeting.${meeting.kind}`)}</div>
              {isOpen(state) && <MeetingLink meeting={meeting} />}
            </dd>
          </>
        )}
        <dt>{t('interview.organizer')}</dt>
        <dd>
          <Person name={organizer.name} avatar={organizer.avatar} />
        </dd>
        {questions.length > 0 && (
          <>
            <dt>{t('form.questions')}</dt>
            <dd>
              <UsedQuestions questions={questions} />
            </dd>
          </>
        )}
        {note && (
          <>
            <dt>{t('interview.note')}</dt>
            <dd className="hm-wrap">{note}</dd>
          </>
        )}
      </dl>
    </Card>
  )
}
