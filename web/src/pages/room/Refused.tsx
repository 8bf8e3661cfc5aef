import { useTranslation } from 'react-i18next'
import type { Refusal } from '@/room/client'
import type { Door } from '@/room/protocol'
import { Button, ButtonLink } from '@/ui/Button'
import { Sheet } from './Sheet'

const known = ['turned_away', 'elsewhere', 'protocol', 'unauthenticated', 'forbidden', 'not_found', 'gone'] as const
type Known = (typeof known)[number] | 'other'

/** Why one is not in the room, and what to do about it. */
export function Refused({ refusal, door, retry }: { refusal: Refusal; door?: Door; retry: () => void }) {
  const { t } = useTranslation('room')
  const kind: Known = known.find((code) => code === refusal.code) ?? 'other'
  const next = encodeURIComponent(window.location.pathname)
  return (
    <Sheet title={t(`refused.${kind}.title`)} over={door?.title}>
      <p className="hm-muted">{(kind === 'gone' || kind === 'other') && refusal.detail ? refusal.detail : t(`refused.${kind}.text`)}</p>
      {door?.contact && <p>{t('refused.ask', { name: door.contact.name })}</p>}
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
          <Button theme="primary" onClick={retry}>
            {t('refused.retry')}
          </Button>
        )}
      </div>
    </Sheet>
  )
}
