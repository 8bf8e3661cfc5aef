import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCheckShowMeBug, useDisconnectShowMeBug } from '@/api/showmebug'
import type { ShowMeBugSettings } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Copyable } from '@/ui/Copyable'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/feedback'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { ConnectForm } from './ConnectForm'

/** The connection to the company's ShowMeBug team and its state. */
export function ConnectionCard({ connection }: { connection: ShowMeBugSettings }) {
  const { t } = useTranslation('admin')
  const [replacing, setReplacing] = useState(false)
  const { connected, error } = connection
  const form = !connected || replacing
  return (
    <Card title="ShowMeBug" actions={<ConnectionTag connection={connection} />}>
      <div className="hm-stack">
        {connected && error && <Note tone="error">{error.message}</Note>}
        {connected && !replacing && <ConnectionFacts connection={connection} onReplace={() => setReplacing(true)} />}
        {!connected && <p className="hm-muted">{t('rooms.what')}</p>}
        {form && (
          <ConnectForm webhookUrl={connection.webhookUrl} onDone={() => setReplacing(false)} onCancel={connected ? () => setReplacing(false) : undefined} />
        )}
      </div>
    </Card>
  )
}

function ConnectionTag({ connection: { connected, error } }: { connection: ShowMeBugSettings }) {
  const { t } = useTranslation('admin')
  if (!connected) return <Tag>{t('rooms.state.none')}</Tag>
  return error ? <Tag tone="danger">{t('rooms.state.broken')}</Tag> : <Tag tone="success">{t('rooms.state.connected')}</Tag>
}

function ConnectionFacts({ connection, onReplace }: { connection: ShowMeBugSettings; onReplace: () => void }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const { team, clientId, baseUrl, webhookUrl, checkedAt, source } = connection
  useInitialCheck(connection)
  return (
    <>
      <dl className="hm-facts">
        {team && (
          <>
            <dt>{t('rooms.team')}</dt>
            <dd>
              {team.name} {team.members !== undefined && <span className="hm-small hm-muted">{t('rooms.teamMembers', { count: team.members })}</span>}
            </dd>
            {team.leftQuota !== undefined && (
              <>
                <dt>{t('rooms.quota')}</dt>
                <dd>
                  <Quota left={team.leftQuota} />
                </dd>
              </>
            )}
          </>
        )}
        <dt>{t('rooms.key')}</dt>
        <dd>
          <code>{clientId}</code>
          {source === 'environment' && <p className="hm-small hm-muted">{t('rooms.fromEnvironment')}</p>}
        </dd>
        {baseUrl && (
          <>
            <dt>{t('rooms.address')}</dt>
            <dd>{baseUrl}</dd>
          </>
        )}
        <dt>{t('rooms.webhook')}</dt>
        <dd>
          <Copyable label={t('rooms.webhook')} text={webhookUrl} />
          <p className="hm-small hm-muted">{t('rooms.webhookHint')}</p>
        </dd>
        <dt>{t('rooms.checked')}</dt>
        <dd className="hm-num">{checkedAt ? formatDateTime(checkedAt, zone) : t('rooms.never')}</dd>
      </dl>
      <ConnectionActions stored={source === 'stored'} onReplace={onReplace} />
    </>
  )
}

function Quota({ left }: { left: number }) {
  const { t } = useTranslation('admin')
  return (
    <>
      <span className="hm-num">{t('rooms.sessions', { count: left })}</span>
      {left <= 0 && <p className="hm-small hm-error-text">{t('rooms.noSessions')}</p>}
    </>
  )
}

/** Checks credentials from the environment when the page is first opened: nothing else has verified them. */
function useInitialCheck({ checkedAt, error }: ShowMeBugSettings) {
  const { mutate, isIdle } = useCheckShowMeBug()
  const unchecked = !checkedAt && !error && isIdle
  useEffect(() => {
    if (unchecked) mutate()
  }, [unchecked, mutate])
}

function ConnectionActions({ stored, onReplace }: { stored: boolean; onReplace: () => void }) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const check = useCheckShowMeBug()
  const [disconnecting, setDisconnecting] = useState(false)
  const handleChecked = ({ error }: ShowMeBugSettings) => (error ? undefined : toast.success(t('rooms.checkedToast')))
  return (
    <div className="hm-row">
      <Button loading={check.isPending} onClick={() => check.mutate(undefined, { onSuccess: handleChecked, onError: (err) => toast.error(errorText(err)) })}>
        {t('rooms.check')}
      </Button>
      {stored && <Button onClick={onReplace}>{t('rooms.replace')}</Button>}
      {stored && (
        <Button theme="danger" variant="outline" onClick={() => setDisconnecting(true)}>
          {t('rooms.disconnect')}
        </Button>
      )}
      {disconnecting && <DisconnectDialog onClose={() => setDisconnecting(false)} />}
    </div>
  )
}

function DisconnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('admin')
  const disconnect = useDisconnectShowMeBug()
  return (
    <ConfirmDialog
      danger
      title={t('rooms.disconnectTitle')}
      confirmLabel={t('rooms.disconnect')}
      busy={disconnect.isPending}
      error={disconnect.error}
      onConfirm={() => disconnect.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('rooms.disconnectText')}</p>
    </ConfirmDialog>
  )
}
