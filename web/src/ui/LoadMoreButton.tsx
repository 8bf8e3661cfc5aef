import { useTranslation } from 'react-i18next'
import { Button } from './Button'

interface PagedQuery {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** Shown below a list while there are more pages. */
export function LoadMoreButton({ query }: { query: PagedQuery }) {
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
