import { useTranslation } from 'react-i18next'
import { ButtonLink } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Empty } from '@/ui/states'

export default function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('notFound.title')}>
      <Empty title={t('notFound.text')}>
        <ButtonLink to="/" theme="primary">
          {t('notFound.home')}
        </ButtonLink>
      </Empty>
    </Page>
  )
}
