import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCheckShowMeBug, useDisconnectShowMeBug } from '@/api/showmebug'
import type { ShowMeBugSettings } from '@/api/types'
import { useZone } from '@/app/useSession'
import { formatMoment } from '@/time/format'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { Copyable } from '@/ui/Copyable'
import { Card } from '@/ui/Page'
import { Note, useErrorText } from '@/ui/states'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { ConnectForm } from './ConnectForm'

/** The company's team at ShowMeBug: how it is connected, and whether that works. */
export function Connection({ connection }: { connection: ShowMeBugSettings }) {
  const { t } = useTranslation('admin')
  const [replacing, setReplacing] = useState(false)
  const { connected, error } = connection
  const form = !connected || replacing
  return (
    <Card title="ShowMeBug" actions={<State connection={connection} />}>
      <div className="hm-stack">
        {connected && error && <Note tone="error">{error.message}</Note>}
        {connected && !replacing && <Facts connection={connection} onReplace={() => setReplacing(true)} />}
        {!connected && <p className="hm-muted">{t('rooms.what')}</p>}
        {form && (
          <ConnectForm webhookUrl={connection.webhookUrl} onDone={() => setReplacing(false)} onCancel={connected ? () => setReplacing(false) : undefined} />
        )}
      </div>
    </Card>
  )
}

function State({ connection: { connected, error } }: { connection: ShowMeBugSettings }) {
  const { t } = useTranslation('admin')
  if (!connected) return <Tag>{t('rooms.state.none')}</Tag>
  return error ? <Tag tone="danger">{t('rooms.state.broken')}</Tag> : <Tag tone="success">{t('rooms.state.connected')}</Tag>
}

function Facts({ connection, onReplace }: { connection: ShowMeBugSettings; onReplace: () => void }) {
  const { t } = useTranslation('admin')
  const zone = useZone()
  const { team, clientId, baseUrl, webhookUrl, checkedAt, source } = connection
  useFirstCheck(connection)
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
        <dd className="hm-num">{checkedAt ? formatMoment(checkedAt, zone) : t('rooms.never')}</dd>
      </dl>
      <Buttons stored={source === 'stored'} onReplace={onReplace} />
    </>
  )
}

function Quota({ left }: { left: number }) {
  const { t } = useTranslation('admin')
  return (
    <>
      <span className="hm-num">{t('rooms.sessions', { count: left })}</span>
      {left <= 0 && <p className="hm-small hm-bad">{t('rooms.noSessions')}</p>}
    </>
  )
}

/** Credentials from the environment were tried by nobody: the first who looks tries them. */
function useFirstCheck({ checkedAt, error }: ShowMeBugSettings) {
  const { mutate, isIdle } = useCheckShowMeBug()
  const wanted = !checkedAt && !error && isIdle
  useEffect(() => {
    if (wanted) mutate()
  }, [wanted, mutate])
}

function Buttons({ stored, onReplace }: { stored: boolean; onReplace: () => void }) {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const check = useCheckShowMeBug()
  const [leaving, setLeaving] = useState(false)
  const tell = ({ error }: ShowMeBugSettings) => (error ? undefined : toast.success(t('rooms.checkedToast')))
  return (
    <div className="hm-row">
      <Button loading={check.isPending} onClick={() => check.mutate(undefined, { onSuccess: tell, onError: (err) => toast.error(errorText(err)) })}>
        {t('rooms.check')}
      </Button>
      {stored && <Button onClick={onReplace}>{t('rooms.replace')}</Button>}
      {stored && (
        <Button theme="danger" variant="outline" onClick={() => setLeaving(true)}>
          {t('rooms.disconnect')}
        </Button>
      )}
      {leaving && <Disconnect onClose={() => setLeaving(false)} />}
    </div>
  )
}

function Disconnect({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('admin')
  const disconnect = useDisconnectShowMeBug()
  return (
    <Confirm
      danger
      title={t('rooms.disconnectTitle')}
      confirm={t('rooms.disconnect')}
      busy={disconnect.isPending}
      error={disconnect.error}
      onConfirm={() => disconnect.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('rooms.disconnectText')}</p>
    </Confirm>
  )
}
