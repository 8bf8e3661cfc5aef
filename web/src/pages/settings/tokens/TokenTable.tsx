import { useTranslation } from 'react-i18next'
import type { Token } from '@/api/tokens'
import { useTimeZone } from '@/app/useSession'
import { formatDate, formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { Person } from '@/ui/Person'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { scopeTextId } from './scopeTextId'

interface Props {
  tokens: Token[]
  /** Shows the owner column, for lists with tokens of other users. */
  showOwner: boolean
  onRevoke: (token: Token) => void
}

export function TokenTable({ tokens, showOwner, onRevoke }: Props) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  return (
    <Table
      label={t('tokens.title')}
      rows={tokens}
      columns={[
        { title: t('tokens.name'), isRowHeader: true, cell: (token) => <TokenName token={token} /> },
        ...(showOwner ? [{ title: t('tokens.owner'), cell: (token: Token) => <Person name={token.owner.name} avatar={token.owner.avatar} /> }] : []),
        { title: t('tokens.scopes'), cell: ({ scopes }) => <span className="hm-small">{scopes.map((scope) => t(scopeTextId(scope))).join(t('tokens.comma'))}</span> },
        { title: t('tokens.lastUsed'), cell: ({ lastUsedAt }) => (lastUsedAt ? formatDateTime(lastUsedAt, zone) : <span className="hm-muted">{t('tokens.neverUsed')}</span>) },
        { title: t('tokens.expires'), cell: ({ expiresAt }) => (expiresAt ? formatDate(expiresAt, zone) : <span className="hm-muted">{t('tokens.never')}</span>) },
        {
          title: t('tokens.revoke'),
          isActions: true,
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

function TokenName({ token }: { token: Token }) {
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
