import { useTranslation } from 'react-i18next'

/** Downloads the sealed record of an interview as a page that plays offline. */
export function ExportLink({ interviewId, small }: { interviewId: string; small?: boolean }) {
  const { t } = useTranslation()
  const style = small ? 't-button--variant-outline t-size-s' : 't-button--variant-base'
  return (
    <a className={`t-button t-button--theme-default ${style}`} href={`/api/rooms/${encodeURIComponent(interviewId)}/export?format=html`} download>
      <span className="t-button__text">{t('interview.record.export')}</span>
    </a>
  )
}
