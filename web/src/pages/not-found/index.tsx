import { useTranslation } from 'react-i18next'
import { ButtonLink } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { EmptyState } from '@/ui/feedback'

export default function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('notFound.title')}>
      <EmptyState title={t('notFound.text')}>
        <ButtonLink to="/" theme="primary">
          {t('notFound.home')}
        </ButtonLink>
      </EmptyState>
    </Page>
  )
}
