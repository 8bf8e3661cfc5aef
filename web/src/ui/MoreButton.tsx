import { useTranslation } from 'react-i18next'
import { Button } from './Button'

interface Paged {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** Stands below a list while there is more of it. */
export function MoreButton({ query }: { query: Paged }) {
  const { t } = useTranslation()
  if (!query.hasNextPage) return null
  return (
    <div className="hm-more-row">
      <Button variant="text" theme="primary" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t('common.more')}
      </Button>
    </div>
  )
}
