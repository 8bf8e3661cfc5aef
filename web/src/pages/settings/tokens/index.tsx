import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewToken, Token } from '@/api/tokens'
import { tokensQuery } from '@/api/tokens'
import { useSession } from '@/app/useSession'
import { addTexts } from '@/i18n'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Empty, Loaded } from '@/ui/states'
import { MadeToken } from './MadeToken'
import { RevokeToken } from './RevokeToken'
import { TokenForm } from './TokenForm'
import { TokenTable } from './TokenTable'
import './tokens.css'

await addTexts('admin')

/** Tokens with which other systems ask: one's own, and for administrators all of the company. */
export default function TokensTab() {
  const { t } = useTranslation('admin')
  const administrator = useSession().roles.includes('administrator')
  const tokens = useQuery(tokensQuery)
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<NewToken>()
  const [revoking, setRevoking] = useState<Token>()
  const button = (
    <Button theme="primary" disabled={!tokens.data} onClick={() => setMaking(true)}>
      {t('tokens.new')}
    </Button>
  )
  return (
    <Card flush title={t('tokens.title')} actions={button}>
      <p className="hm-tokens__about hm-muted hm-small">
        {t('tokens.about')}{' '}
        <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
          {t('tokens.reference')}
        </a>
      </p>
      <Loaded query={tokens} lines={4}>
        {({ items }) =>
          items.length === 0 ? <Empty title={t('tokens.none')} /> : <TokenTable tokens={items} owners={administrator} onRevoke={setRevoking} />
        }
      </Loaded>
      {making && tokens.data && (
        <TokenForm scopes={tokens.data.scopes} mayMakeCompany={administrator} onClose={() => setMaking(false)} onMade={setMade} />
      )}
      {made && <MadeToken made={made} onClose={() => setMade(undefined)} />}
      {revoking && <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />}
    </Card>
  )
}
