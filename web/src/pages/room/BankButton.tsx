import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { loadNamespace } from '@/i18n'
import { Button } from '@/ui/Button'

const QuestionBank = lazy(async () => {
  const [bank] = await Promise.all([import('./QuestionBank'), loadNamespace('questions')])
  return bank
})

/** Opens the question bank. */
export function BankButton() {
  const { t } = useTranslation('room')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" variant="outline" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t('bank.title')}
      </Button>
      {open && (
        <Suspense>
          <QuestionBank onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
