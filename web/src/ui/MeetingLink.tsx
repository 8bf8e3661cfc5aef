import { useTranslation } from 'react-i18next'

interface Meeting {
  kind: 'none' | 'wecom' | 'link'
  url?: string
  code?: string
}

/** How to join the meeting of an interview, or that it is still being created. */
export function MeetingLink({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation()
  if (!meeting.url) return <span className="hm-muted">{t('meeting.preparing')}</span>
  return (
    <>
      <a href={meeting.url} target="_blank" rel="noreferrer noopener">
        {t('meeting.join')}
      </a>
      {meeting.code && <div className="hm-num hm-small">{t('meeting.code', { code: meeting.code })}</div>}
    </>
  )
}
