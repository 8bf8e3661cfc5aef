import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { InsightRowsFilter } from '@/api/insight'
import { insightRowPagesQuery } from '@/api/insight'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { InterviewRow } from '@/ui/InterviewRow'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Modal } from '@/ui/Modal'
import { formatPeriod } from './format'

/** The interviews that a figure counts. */
export function RowsDrawer({ filter, onClose }: { filter: InsightRowsFilter; onClose: () => void }) {
  const { t } = useTranslation('insight')
  const pages = useInfiniteQuery(insightRowPagesQuery(filter))
  return (
    <Modal kind="drawer" title={t(`rows.${filter.figure}`)} onClose={onClose}>
      <p className="hm-small hm-muted">{formatPeriod(filter.from, filter.to)}</p>
      <QueryContent query={pages} lines={5}>
        {({ pages: loaded }) => {
          const interviews = loaded.flatMap(({ items }) => items)
          if (interviews.length === 0) return <EmptyState small title={t('noRows')} />
          return (
            <ul className="hm-insight-rows">
              {interviews.map((one) => (
                <InterviewRow key={one.id} interview={one} withDay />
              ))}
            </ul>
          )
        }}
      </QueryContent>
      <LoadMoreButton query={pages} />
    </Modal>
  )
}
