import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/imports'
import { Button, ButtonLink } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Note } from '@/ui/feedback'
import { ImportRows } from './ImportRows'

/** The number of created items and the rows that were rejected. */
export function ImportResult({ result, onRestart }: { result: Import; onRestart: () => void }) {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const rejected = result.lines.filter(({ createdId }) => !createdId)
  return (
    <>
      <Card>
        <div className="hm-stack">
          <Note tone={result.created > 0 ? 'success' : 'warning'}>
            {t(`imports.created.${result.kind}`, { count: result.created })}
            {rejected.length > 0 && <p>{t('imports.left', { count: rejected.length })}</p>}
          </Note>
          <div className="hm-row">
            <ButtonLink theme="primary" to={`/${result.kind}`}>
              {tCommon(`nav.${result.kind}`)}
            </ButtonLink>
            <Button onClick={onRestart}>{t('imports.another')}</Button>
          </div>
        </div>
      </Card>
      {rejected.length > 0 && <ImportRows data={{ ...result, lines: rejected }} />}
    </>
  )
}
