import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewToken, Token } from '@/api/tokens'
import { tokensQuery } from '@/api/tokens'
import { useSession } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { NewTokenDialog } from './NewTokenDialog'
import { RevokeTokenDialog } from './RevokeTokenDialog'
import { TokenForm } from './TokenForm'
import { TokenTable } from './TokenTable'
import './tokens.css'

/** API tokens: the user's own, and for administrators all of the company. */
export default function TokensTab() {
  const { t } = useTranslation('admin')
  const administrator = useSession().roles.includes('administrator')
  const tokens = useQuery(tokensQuery)
  const [creating, setCreating] = useState(false)
  const [newToken, setNewToken] = useState<NewToken>()
  const [revoking, setRevoking] = useState<Token>()
  const button = (
    <Button theme="primary" disabled={!tokens.data} onClick={() => setCreating(true)}>
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
      <QueryContent query={tokens} lines={4}>
        {({ items }) =>
          items.length === 0 ? <EmptyState title={t('tokens.none')} /> : <TokenTable tokens={items} showOwner={administrator} onRevoke={setRevoking} />
        }
      </QueryContent>
      {creating && tokens.data && (
        <TokenForm scopes={tokens.data.scopes} canCreateCompanyToken={administrator} onClose={() => setCreating(false)} onCreated={setNewToken} />
      )}
      {newToken && <NewTokenDialog newToken={newToken} onClose={() => setNewToken(undefined)} />}
      {revoking && <RevokeTokenDialog token={revoking} onClose={() => setRevoking(undefined)} />}
    </Card>
  )
}
