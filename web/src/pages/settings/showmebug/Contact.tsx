import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useSetShowMeBugContact } from '@/api/showmebug'
import type { ShowMeBugMember as Member } from '@/api/types'
import { Button } from '@/ui/Button'
import { TextField } from '@/ui/Field'
import { useErrorText } from '@/ui/states'
import { toast } from '@/ui/toast'
import { useEditor } from '@/ui/useEditor'

interface Props {
  member: Member
  /** Whether it is being typed. */
  open: boolean
  /** Absent where there is nothing to go back to. */
  onClose?: () => void
}

/** How ShowMeBug reaches somebody: e-mail or mobile number, typed in the row itself. */
export function Contact({ member, open, onClose }: Props) {
  const { t } = useTranslation('admin')
  if (open) return <Entry key={member.userId} member={member} onClose={onClose} />
  return (
    <div>
      <div>{member.email}</div>
      <div className="hm-num">{member.mobile}</div>
      {member.source === 'entered' && <div className="hm-small hm-muted">{t('rooms.members.entered')}</div>}
    </div>
  )
}

function Entry({ member, onClose }: Omit<Props, 'open'>) {
  const { t } = useTranslation('admin')
  const { t: common } = useTranslation()
  const errorText = useErrorText()
  const { input, set, problem, props } = useEditor({
    start: () => ({ email: member.email ?? '', mobile: member.mobile ?? '' }),
    save: useSetShowMeBugContact(member.userId),
    required: [],
    sent: (typed) => ({ email: typed.email?.trim(), mobile: typed.mobile?.trim() }),
    onSaved: () => toast.success(t('rooms.members.savedToast')),
    onClose: () => onClose?.(),
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    props.onSave()
  }
  const { email = '', mobile = '' } = input
  const nothing = !email.trim() && !mobile.trim()
  const named = problem('email') ?? problem('mobile')
  return (
    <form noValidate className="hm-smb-contact" onSubmit={onSubmit}>
      <TextField
        bare
        type="email"
        label={t('rooms.members.emailOf', { name: member.name })}
        placeholder={t('rooms.members.email')}
        value={email}
        problem={problem('email')}
        onChange={(value) => set({ email: value })}
      />
      <TextField
        bare
        type="tel"
        label={t('rooms.members.mobileOf', { name: member.name })}
        placeholder={t('rooms.members.mobile')}
        value={mobile}
        problem={problem('mobile')}
        onChange={(value) => set({ mobile: value })}
      />
      <div className="hm-row">
        <Button type="submit" size="small" theme="primary" disabled={nothing} loading={props.busy}>
          {common('common.save')}
        </Button>
        {onClose && (
          <Button size="small" onClick={onClose}>
            {common('common.cancel')}
          </Button>
        )}
      </div>
      {props.error && !named ? (
        <div role="alert" className="hm-small hm-bad">
          {errorText(props.error)}
        </div>
      ) : null}
    </form>
  )
}
