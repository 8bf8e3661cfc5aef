import type { FormEvent } from 'react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRequestOtherTime } from '@/api/booking'
import { limits } from '@/api/limits'
import { problemsByField } from '@/api/problem'
import { Button } from '@/ui/Button'
import { AreaField } from '@/ui/Field'
import { Note, useErrorText } from '@/ui/feedback'

/** The candidate asks for another time, with a reason. */
export function OtherTime({ token }: { token: string }) {
  const { t } = useTranslation('room')
  const errorText = useErrorText()
  const request = useRequestOtherTime(token)
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const problem = problemsByField(request.error).reason
  function handleSubmit(event: FormEvent) {
    event.preventDefault()
    if (reason.trim()) request.mutate(reason)
  }
  if (!open) {
    return (
      <div className="hm-row">
        <span className="hm-muted">{t('book.other')}</span>
        <Button variant="text" theme="primary" onClick={() => setOpen(true)}>
          {t('book.otherAction')}
        </Button>
      </div>
    )
  }
  return (
    <form className="hm-stack hm-stack--tight" noValidate onSubmit={handleSubmit}>
      <AreaField required label={t('book.reason')} value={reason} limit={limits.RequestTimeInputBody.reason} problem={problem} onChange={setReason} />
      {request.error && !problem && <Note tone="error">{errorText(request.error)}</Note>}
      <div>
        <Button type="submit" theme="primary" disabled={!reason.trim()} loading={request.isPending}>
          {t('book.send')}
        </Button>
      </div>
    </form>
  )
}
