import { useTranslation } from 'react-i18next'
import { diffContent, type DiffLine, type QuestionContent } from './contentText'

const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '-' }

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
          <pre className="hm-code hm-diff">
            {lines.map(({ kind, text }, index) => {
              const line = `${signs[kind]} ${text}\n`
              if (kind === 'added') return <ins key={index}>{line}</ins>
              if (kind === 'removed') return <del key={index}>{line}</del>
              return <span key={index}>{line}</span>
            })}
          </pre>
        </section>
      ))}
    </div>
  )
}
