import { useTranslation } from 'react-i18next'
import type { VariantsResult } from '@/api/types'
import { useSession } from '@/app/useSession'
import { codeLanguageName } from '@/ui/codeLanguage'
import { DiffText } from './DiffText'

/** Which wrong variants of a solution pass all cases, and which case is missing for each. */
export function VariantResults({ result: { count, surviving, passVisible, language } }: { result: VariantsResult }) {
  const { t } = useTranslation('questions')
  const { languages } = useSession().features.sandbox
  if (count === 0) return null
  return (
    <section className="hm-stack" aria-label={t('health.variants')}>
      <h3>{t('health.variants')}</h3>
      <p className="hm-small hm-muted">{t('health.variantsHint', { language: codeLanguageName(languages, language) })}</p>
      <p>
        <strong>{surviving.length === 0 ? t('health.allNoticed', { count }) : t('health.surviving', { surviving: surviving.length, count })}</strong>
        {passVisible > surviving.length && <> {t('health.withoutHidden', { count: passVisible })}</>}
      </p>
      {surviving.length > 0 && (
        <>
          <ol className="hm-health-variants">
            {surviving.map((variant, index) => (
              <li key={index}>
                <p>{t(`health.missing.${variant.kind}`, { line: variant.line })}</p>
                <DiffText before={variant.before} after={variant.after} />
              </li>
            ))}
          </ol>
          <p className="hm-small hm-muted">{t('health.noEffect')}</p>
        </>
      )}
    </section>
  )
}
