import { useTranslation } from 'react-i18next'
import type { AuditVerification } from '@/api/audit'
import { useTimeZone } from '@/app/useSession'
import { formatDateTimeWithYear } from '@/time/format'
import { Note } from '@/ui/feedback'

/** The result of comparing the audit log with its hash chain. */
export function VerificationNote({ result }: { result: AuditVerification }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const { differences, differenceCount } = result
  const details = [
    result.from && t('audit.verifiedFrom', { time: formatDateTimeWithYear(result.from, zone) }),
    result.sealedAt && t('audit.sealedAt', { time: formatDateTimeWithYear(result.sealedAt, zone) }),
    result.unsealed > 0 && t('audit.unsealed', { count: result.unsealed }),
    result.erased > 0 && t('audit.erasedEntries', { count: result.erased }),
    result.deletedTo && t('audit.deletedTo', { time: formatDateTimeWithYear(result.deletedTo, zone) }),
    result.partial && t('audit.partial'),
  ].filter((text) => typeof text === 'string')
  const [tone, summary] =
    differenceCount > 0
      ? (['error', t('audit.differences', { count: differenceCount })] as const)
      : result.head
        ? (['success', t('audit.unaltered', { count: result.entries })] as const)
        : (['info', t('audit.notSealed')] as const)
  return (
    <Note tone={tone}>
      <p>{summary}</p>
      {differenceCount > 0 && (
        <ul className="hm-audit-data">
          {differences.map(({ kind, seq, entryId, at }) => (
            <li key={`${kind}-${seq ?? ''}-${entryId ?? ''}`}>
              {t(`audit.differenceKinds.${kind}`)}
              {at && <span className="hm-num"> {formatDateTimeWithYear(at, zone)}</span>} {entryId && <code>{entryId}</code>}
            </li>
          ))}
        </ul>
      )}
      <ul className="hm-audit-data hm-small">
        {details.map((text) => (
          <li key={text}>{text}</li>
        ))}
        {result.head && (
          <li>
            {t('audit.head')} <code className="hm-audit-code">{result.head}</code>
          </li>
        )}
      </ul>
    </Note>
  )
}
