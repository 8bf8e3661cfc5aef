import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useSetShowMeBugContact } from '@/api/showmebug'
import type { ShowMeBugContact, ShowMeBugMember as Member } from '@/api/types'
import { limits } from '@/api/limits'
import { Button } from '@/ui/Button'
import { TextField } from '@/ui/Field'
import { useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'

interface Props {
  member: Member
  editing: boolean
  /** Absent when editing cannot be cancelled. */
  onClose?: () => void
}

/** A member's e-mail address and mobile number at ShowMeBug, edited inline. */
export function ContactCell({ member, editing, onClose }: Props) {
  const { t } = useTranslation('admin')
  if (editing) return <ContactForm key={member.userId} member={member} onClose={onClose} />
  return (
    <div>
      <div>{member.email}</div>
      <div className="hm-num">{member.mobile}</div>
      {member.source === 'entered' && <div className="hm-small hm-muted">{t('rooms.members.entered')}</div>}
    </div>
  )
}

const toInput = ({ email = '', mobile = '' }: Member): ShowMeBugContact => ({ email, mobile })

function ContactForm({ member, onClose }: Omit<Props, 'editing'>) {
  const { t } = useTranslation('admin')
  const { t: tCommon } = useTranslation()
  const errorText = useErrorText()
  const { input, set, problem, props } = useEditForm({
    initialInput: () => toInput(member),
    toInput,
    save: useSetShowMeBugContact(member.userId),
    version: member.version,
    required: [],
    toPayload: (typed) => ({ email: typed.email?.trim(), mobile: typed.mobile?.trim() }),
    onSaved: () => toast.success(t('rooms.members.savedToast')),
    onClose: () => onClose?.(),
  })
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault()
    props.onSave()
  }
  const { email = '', mobile = '' } = input
  const isEmpty = !email.trim() && !mobile.trim()
  const fieldHasProblem = problem('email') ?? problem('mobile')
  return (
    <form noValidate className="hm-smb-contact" onSubmit={handleSubmit}>
      <TextField
        hideLabel
        type="email"
        label={t('rooms.members.emailOf', { name: member.name })}
        placeholder={t('rooms.members.email')}
        value={email}
        limit={limits.ShowMeBugContact.email}
        problem={problem('email')}
        onChange={(value) => set({ email: value })}
      />
      <TextField
        hideLabel
        type="tel"
        label={t('rooms.members.mobileOf', { name: member.name })}
        placeholder={t('rooms.members.mobile')}
        value={mobile}
        limit={limits.ShowMeBugContact.mobile}
        problem={problem('mobile')}
        onChange={(value) => set({ mobile: value })}
      />
      <div className="hm-row">
        <Button type="submit" size="small" theme="primary" disabled={isEmpty} loading={props.busy}>
          {tCommon('common.save')}
        </Button>
        {onClose && (
          <Button size="small" onClick={onClose}>
            {tCommon('common.cancel')}
          </Button>
        )}
      </div>
      {props.error && !fieldHasProblem ? (
        <div role="alert" className="hm-small hm-error-text">
          {errorText(props.error)}
        </div>
      ) : null}
    </form>
  )
}
