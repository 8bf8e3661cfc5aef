import { useTranslation } from 'react-i18next'
import { DiffLines } from '@/ui/DiffLines'
import { diffContent, type QuestionContent } from './contentText'

/** The difference of two versions, line by line. */
export function ContentDiff({ before, after }: { before: QuestionContent; after: QuestionContent }) {
  const { t } = useTranslation('questions')
  const fields = diffContent(before, after)
  if (fields.length === 0) return <p className="hm-muted">{t('versions.equal')}</p>
  return (
    <div className="hm-stack">
      {fields.map(({ field, lines }) => (
        <section key={field} aria-label={t(`fields.${field}`)}>
          <h3 className="hm-small">{t(`fields.${field}`)}</h3>
          <DiffLines lines={lines} />
        </section>
      ))}
    </div>
  )
}
