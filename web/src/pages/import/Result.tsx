import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/imports'
import { Button, ButtonLink } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Note } from '@/ui/states'
import { Lines } from './Lines'

/** What was made, and the rows that were not. */
export function Result({ result, onAgain }: { result: Import; onAgain: () => void }) {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const left = result.lines.filter(({ madeId }) => !madeId)
  return (
    <>
      <Card>
        <div className="hm-stack">
          <Note tone={result.made > 0 ? 'success' : 'warning'}>
            {t(`imports.made.${result.kind}`, { count: result.made })}
            {left.length > 0 && <p>{t('imports.left', { count: left.length })}</p>}
          </Note>
          <div className="hm-row">
            <ButtonLink theme="primary" to={`/${result.kind}`}>
              {common(`nav.${result.kind}`)}
            </ButtonLink>
            <Button onClick={onAgain}>{t('imports.another')}</Button>
          </div>
        </div>
      </Card>
      {left.length > 0 && <Lines of={{ ...result, lines: left }} />}
    </>
  )
}
