import { useTranslation } from 'react-i18next'
import type { Interview, Interviewer } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Avatar } from '@/ui/Avatar'
import { Card } from '@/ui/Page'
import { visibleResponse } from '@/ui/responses'
import { ResponseTag } from '@/ui/stateTags'
import { useNow } from '@/ui/useNow'

/** The interviewers with response, notification and scorecard state. */
export function InterviewersCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  return (
    <Card title={t('form.interviewers')}>
      <ul className="hm-people">
        {interview.interviewers.map((one) => (
          <InterviewerItem key={one.userId} interviewer={one} interview={interview} />
        ))}
      </ul>
    </Card>
  )
}

function InterviewerItem({ interviewer, interview }: { interviewer: Interviewer; interview: Interview }) {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const { name, avatar, response, responseReason, respondedAt, scorecard, excusedAt, notified } = interviewer
  const shown = visibleResponse(interview, interviewer, useNow())
  const showScorecard = interview.state === 'ended' || scorecard !== 'none'
  return (
    <li className="hm-people__item">
      <Avatar name={name} src={avatar} size={36} />
      <div className="hm-grow">
        <div>{name}</div>
        <div className={notified === 'failed' ? 'hm-small hm-error-text' : 'hm-small hm-muted'}>
          {respondedAt ? t('interview.answeredAt', { time: formatDateTime(respondedAt, zone) }) : t(`notified.${notified}`)}
        </div>
        {responseReason && <div className="hm-people__reason hm-wrap">{responseReason}</div>}
      </div>
      <div className="hm-people__state">
        {shown && <ResponseTag response={shown} />}
        {showScorecard && response !== 'declined' && <span className="hm-small hm-muted">{t('interview.cardState', { state: t(excusedAt && scorecard !== 'submitted' ? 'card.excused' : `card.${scorecard}`) })}</span>}
      </div>
    </li>
  )
}
