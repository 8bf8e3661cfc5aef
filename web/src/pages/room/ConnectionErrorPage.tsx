import { useTranslation } from 'react-i18next'
import type { ConnectionError } from '@/room/client'
import type { RoomInfo } from '@/room/protocol'
import { Button, ButtonLink } from '@/ui/Button'
import { CardPage } from '../../app/CardPage'

const knownCodes = ['turned_away', 'elsewhere', 'protocol', 'unauthenticated', 'forbidden', 'not_found', 'gone', 'link_replaced', 'consent_required'] as const
type ErrorKind = (typeof knownCodes)[number] | 'other'

/** The reason why the user is not in the room, with the possible actions. */
export function ConnectionErrorPage({ error, roomInfo, onRetry }: { error: ConnectionError; roomInfo?: RoomInfo; onRetry: () => void }) {
  const { t } = useTranslation('room')
  const kind: ErrorKind = knownCodes.find((code) => code === error.code) ?? 'other'
  const next = encodeURIComponent(window.location.pathname)
  return (
    <CardPage title={t(`refused.${kind}.title`)} overline={roomInfo?.title}>
      <p className="hm-muted">{(kind === 'gone' || kind === 'link_replaced' || kind === 'other') && error.detail ? error.detail : t(`refused.${kind}.text`)}</p>
      {roomInfo?.contact && <p>{t('refused.ask', { name: roomInfo.contact.name })}</p>}
      <div className="hm-row">
        {kind === 'unauthenticated' && (
          <ButtonLink theme="primary" to={`/signin?next=${next}`}>
            {t('refused.signIn')}
          </ButtonLink>
        )}
        {kind === 'protocol' && (
          <Button theme="primary" onClick={() => window.location.reload()}>
            {t('refused.retry')}
          </Button>
        )}
        {(kind === 'elsewhere' || kind === 'other') && (
          <Button theme="primary" onClick={onRetry}>
            {t('refused.retry')}
          </Button>
        )}
      </div>
    </CardPage>
  )
}
