import { useTranslation } from 'react-i18next'
import type { Token } from '@/api/tokens'
import { useZone } from '@/app/useSession'
import { formatDate, formatMoment } from '@/time/format'
import { Button } from '@/ui/Button'
import { Person } from '@/ui/Person'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { scopeText } from './scopes'

interface Props {
  tokens: Token[]
  /** Whether those of others are among them. */
  owners: boolean
  onRevoke: (token: Token) => void
}

export function TokenTable({ tokens, owners, onRevoke }: Props) {
  const { t } = useTranslation('admin')
  const zone = useZone()
  return (
    <Table
      label={t('tokens.title')}
      rows={tokens}
      columns={[
        { title: t('tokens.name'), main: true, cell: (token) => <Name token={token} /> },
        ...(owners ? [{ title: t('tokens.owner'), cell: (token: Token) => <Person name={token.owner.name} avatar={token.owner.avatar} /> }] : []),
        { title: t('tokens.scopes'), cell: ({ scopes }) => <span className="hm-small">{scopes.map((scope) => t(scopeText(scope))).join(t('tokens.comma'))}</span> },
        { title: t('tokens.lastUsed'), cell: ({ lastUsedAt }) => (lastUsedAt ? formatMoment(lastUsedAt, zone) : <span className="hm-muted">{t('tokens.neverUsed')}</span>) },
        { title: t('tokens.expires'), cell: ({ expiresAt }) => (expiresAt ? formatDate(expiresAt, zone) : <span className="hm-muted">{t('tokens.never')}</span>) },
        {
          title: t('tokens.revoke'),
          actions: true,
          cell: (token) => (
            <Button size="small" variant="text" theme="danger" aria-label={t('tokens.revokeNamed', { name: token.name })} onClick={() => onRevoke(token)}>
              {t('tokens.revoke')}
            </Button>
          ),
        },
      ]}
    />
  )
}

function Name({ token }: { token: Token }) {
  const { t } = useTranslation('admin')
  return (
    <span className="hm-tokens__name">
      <span className="hm-row">
        {token.name}
        {token.kind === 'company' && <Tag tone="primary">{t('tokens.kind.company')}</Tag>}
        {token.expired && <Tag tone="danger">{t('tokens.expired')}</Tag>}
        {token.ownerLeft && token.kind === 'personal' && <Tag tone="danger">{t('tokens.ownerLeft')}</Tag>}
      </span>
      <code className="hm-small hm-muted">{token.hint}…</code>
    </span>
  )
}
