import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { mailTemplateVersionsQuery } from '@/api/mailTemplates'
import type { MailTemplateKind, SavedMailTexts } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { QueryContent } from '@/ui/feedback'

interface Props {
  kind: MailTemplateKind
  version: number
  /** Absent: versions cannot be loaded. */
  onLoad?: (texts: SavedMailTexts) => void
}

/** The versions that are kept, requested when they are opened. */
export function History({ kind, version, onLoad }: Props) {
  const { t } = useTranslation('admin')
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('mail.history')}</summary>
      {open && <Versions kind={kind} version={version} onLoad={onLoad} />}
    </details>
  )
}

function Versions({ kind, version, onLoad }: Props) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const versions = useQuery(mailTemplateVersionsQuery(kind, version))
  return (
    <QueryContent query={versions} lines={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="hm-muted">{t('mail.noHistory')}</p>
        ) : (
          <ul className="hm-mail__versions">
            {items.map((saved) => (
              <li key={saved.version}>
                <span>{t('mail.savedBy', { version: saved.version, name: saved.savedBy?.name, time: saved.savedAt && formatDateTime(saved.savedAt, zone) })}</span>
                {onLoad && (
                  <Button size="small" variant="text" theme="primary" onClick={() => onLoad(saved)}>
                    {t('mail.load', { version: saved.version })}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </QueryContent>
  )
}
