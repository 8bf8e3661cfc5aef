import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { codeLanguageLabel } from '@/ui/codeLanguage'
import { Card } from '@/ui/Page'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'

type WeComState = Session['features']['wecom']['state']

const tones: Record<WeComState, Tone> = { ok: 'success', unavailable: 'danger', unconfigured: 'warning' }

/** State of WeCom and the sandbox. */
export function SystemStateCard({ features }: { features: Session['features'] }) {
  const { t } = useTranslation()
  const { wecom, sandbox } = features
  return (
    <Card title={t('settings.system')}>
      <dl className="hm-facts">
        <dt>{t('settings.wecom')}</dt>
        <dd>
          <Tag tone={tones[wecom.state]}>{t(`settings.wecomStates.${wecom.state}`)}</Tag>
          {wecom.state !== 'ok' && <p className="hm-small hm-muted">{t(`overview.wecom.${wecom.state}`)}</p>}
        </dd>
        <dt>{t('settings.sandbox')}</dt>
        <dd>
          <Tag tone={sandbox.ready ? 'success' : 'warning'}>{sandbox.ready ? t('settings.ready') : t('settings.notReady')}</Tag>
          {sandbox.ready ? (
            <>
              <p className="hm-small hm-muted">{sandbox.languages.map(codeLanguageLabel).join('、')}</p>
              {sandbox.missing && sandbox.missing.length > 0 && (
                <p className="hm-small">{t('settings.sandboxMissing', { languages: sandbox.missing.join('、') })}</p>
              )}
            </>
          ) : (
            <p className="hm-small hm-muted">{sandbox.reason || t('settings.sandboxOff')}</p>
          )}
        </dd>
      </dl>
    </Card>
  )
}
