import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { contactSyncQuery, useStartContactSync } from '@/api/company'
import type { ContactSync as Sync } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { QueryContent, Note, useErrorText } from '@/ui/feedback'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'

const tones: Record<Sync['state'], Tone> = { never: 'default', queued: 'primary', running: 'primary', done: 'success', failed: 'danger' }

/** State of the contact sync from WeCom, with a button that starts it. */
export function ContactSyncCard() {
  const { t } = useTranslation()
  const zone = useTimeZone()
  const errorText = useErrorText()
  const sync = useQuery(contactSyncQuery)
  const start = useStartContactSync()
  const busy = start.isPending || sync.data?.state === 'queued' || sync.data?.state === 'running'
  const button = (
    <Button loading={busy} onClick={() => start.mutate()}>
      {t('settings.syncNow')}
    </Button>
  )
  return (
    <Card title={t('settings.contacts')} actions={button}>
      <QueryContent query={sync} lines={2}>
        {({ state, departments, members, finishedAt, errorText: failure }) => (
          <div className="hm-stack">
            <div className="hm-row" role="status">
              <Tag tone={tones[state]}>{t(`settings.syncStates.${state}`)}</Tag>
              <span>{t('settings.syncCounts', { departments, members })}</span>
              {finishedAt && <span className="hm-muted">{t('settings.syncedAt', { time: formatDateTime(finishedAt, zone) })}</span>}
            </div>
            {state === 'failed' && failure && <Note tone="error">{failure}</Note>}
            {start.error && <Note tone="error">{errorText(start.error)}</Note>}
          </div>
        )}
      </QueryContent>
    </Card>
  )
}
