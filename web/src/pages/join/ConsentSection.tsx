import { type Ref, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '@/ui/Checkbox'
import { FieldProblem } from '@/ui/Field'

interface Props {
  text: string
  accepted: boolean
  /** Shows that the text has to be accepted first. */
  missing: boolean
  checkboxRef: Ref<HTMLInputElement>
  onChange: (accepted: boolean) => void
}

/** What is recorded in the room, which the candidate accepts before entering. */
export function ConsentSection({ text, accepted, missing, checkboxRef, onChange }: Props) {
  const { t } = useTranslation('room')
  const problemId = useId()
  const shown = missing && !accepted
  return (
    <section>
      <h2>{t('join.consent')}</h2>
      <p className="hm-wrap room-consent">{text}</p>
      <Checkbox checked={accepted} problemId={shown ? problemId : undefined} inputRef={checkboxRef} onChange={onChange}>
        {t('join.accept')}
      </Checkbox>
      {shown && <FieldProblem id={problemId} problem={{ path: '', code: 'required', message: t('join.acceptFirst') }} />}
    </section>
  )
}
