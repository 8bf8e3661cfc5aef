import { useTranslation } from 'react-i18next'
import type { ErasurePreview } from '@/api/erasures'
import type admin from '@/i18n/admin/zh-CN.json'
import './erased-rows.css'

type TableName = keyof (typeof admin)['erasure']['tables']

/** The numbers of rows that an erasure deletes, and what it does not reach. */
export function ErasedRows({ rows, outsideCopies }: Pick<ErasurePreview, 'rows' | 'outsideCopies'>) {
  const { t } = useTranslation('admin')
  return (
    <>
      <dl className="hm-erased-rows">
        {rows
          .filter((row) => row.rows > 0)
          .map((row) => (
            <div key={row.table}>
              <dt>{t(`erasure.tables.${row.table as TableName}`)}</dt>
              <dd className="hm-num">{row.rows}</dd>
            </div>
          ))}
      </dl>
      <div>
        <h3>{t('erasure.outsideCopiesTitle')}</h3>
        <ul className="hm-erased-rows__kept hm-small hm-muted">
          {outsideCopies.map((one) => (
            <li key={one}>{t(`erasure.outsideCopies.${one}`)}</li>
          ))}
        </ul>
      </div>
    </>
  )
}
