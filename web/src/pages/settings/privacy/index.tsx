import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Erasure } from '@/api/erasures'
import { erasurePagesQuery } from '@/api/erasures'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Button } from '@/ui/Button'
import { ErasedRows } from '@/ui/ErasedRows'
import { LoadMoreButton } from '@/ui/LoadMoreButton'
import { Modal } from '@/ui/Modal'
import { Card } from '@/ui/Page'
import { Table } from '@/ui/Table'
import { Tag } from '@/ui/Tag'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { ConsentTextCard } from './ConsentTextCard'

/** The text that candidates accept, and the receipts of erased candidates. */
export default function PrivacyTab() {
  return (
    <>
      <ConsentTextCard />
      <ReceiptsCard />
    </>
  )
}

function ReceiptsCard() {
  const { t } = useTranslation('admin')
  const pages = useInfiniteQuery(erasurePagesQuery)
  const [open, setOpen] = useState<Erasure>()
  return (
    <Card flush title={t('erasure.receipts')}>
      <QueryContent query={pages} lines={4}>
        {({ pages: loaded }) => {
          const receipts = loaded.flatMap(({ items }) => items)
          return receipts.length === 0 ? <EmptyState title={t('erasure.noReceipts')} text={t('erasure.noReceiptsText')} /> : <ReceiptTable receipts={receipts} onOpen={setOpen} />
        }}
      </QueryContent>
      <LoadMoreButton query={pages} />
      {open && (
        <Modal title={t('erasure.receipt')} onClose={() => setOpen(undefined)}>
          <div className="hm-stack">
            <p className="hm-small hm-muted hm-wrap">
              {t('erasure.receiptId')} <code>{open.id}</code>
            </p>
            <ErasedRows rows={open.rows} outsideCopies={open.outsideCopies} />
          </div>
        </Modal>
      )}
    </Card>
  )
}

function ReceiptTable({ receipts, onOpen }: { receipts: Erasure[]; onOpen: (receipt: Erasure) => void }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  return (
    <Table
      label={t('erasure.receipts')}
      rows={receipts}
      columns={[
        { title: t('erasure.requestedAt'), isRowHeader: true, cell: ({ requestedAt }) => formatDateTime(requestedAt, zone) },
        { title: t('erasure.requestedBy'), cell: ({ requestedBy }) => requestedBy.name || t('erasure.commandLine') },
        { title: t('erasure.candidateId'), cell: ({ candidateId }) => <code className="hm-small">{candidateId}</code> },
        { title: t('erasure.deletedRows'), cell: ({ rows }) => <span className="hm-num">{rows.reduce((sum, row) => sum + row.rows, 0)}</span> },
        {
          title: t('erasure.state'),
          cell: ({ state }) => <Tag tone={state === 'finished' ? 'success' : 'primary'}>{t(`erasure.states.${state}`)}</Tag>,
        },
        {
          title: t('erasure.receipt'),
          isActions: true,
          cell: (receipt) => (
            <Button size="small" variant="text" theme="primary" onClick={() => onOpen(receipt)}>
              {t('erasure.show')}
            </Button>
          ),
        },
      ]}
    />
  )
}
