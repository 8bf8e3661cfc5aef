import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hiringManagersQuery, useSaveHiringManagers } from '@/api/access'
import type { HiringManagers, HiringManagersInput, Position } from '@/api/types'
import { EditorModal } from '@/ui/EditorModal'
import { Modal } from '@/ui/Modal'
import { Person } from '@/ui/Person'
import { QueryContent } from '@/ui/feedback'
import { CloseIcon } from '@/ui/icons'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { MemberPicker } from './MemberPicker'
import './pool.css'

interface Props {
  position: Position
  onClose: () => void
}

const toInput = ({ items, version }: HiringManagers): HiringManagersInput => ({ userIds: items.map(({ userId }) => userId), version })

/** The hiring managers of a position, in a drawer. */
export function HiringManagersEditor({ position, onClose }: Props) {
  const { t } = useTranslation('access')
  const managers = useQuery(hiringManagersQuery(position.id))
  const save = useSaveHiringManagers(position.id)
  if (managers.data) {
    return <ManagersForm title={t('access.managers.title', { position: position.title })} hint={t('access.managers.hint')} managers={managers.data} save={save} onClose={onClose} />
  }
  return (
    <Modal kind="drawer" title={t('access.managers.title', { position: position.title })} onClose={onClose}>
      <QueryContent query={managers}>{() => null}</QueryContent>
    </Modal>
  )
}

interface FormProps {
  title: string
  hint: string
  managers: HiringManagers
  save: ReturnType<typeof useSaveHiringManagers>
  onClose: () => void
}

/** The hiring managers of a position or of a department. */
export function ManagersForm({ title, hint, managers, save, onClose }: FormProps) {
  const { t } = useTranslation('access')
  const { t: tCommon } = useTranslation()
  const { input, set, problemAt, props } = useEditForm<HiringManagersInput, HiringManagers>({
    initialInput: () => toInput(managers),
    save,
    required: [],
    onClose,
    onSaved: () => toast.success(t('access.managers.saved')),
    version: managers.version,
    toInput,
  })
  const [known, setKnown] = useState(() => new Map(managers.items.map((one) => [one.userId, one])))
  return (
    <EditorModal title={title} fieldPaths={['userIds']} {...props}>
      <p className="hm-small hm-muted">{hint}</p>
      <MemberPicker
        label={t('access.managers.add')}
        placeholder={t('access.managers.addHint')}
        chosen={input.userIds}
        problem={problemAt('userIds') ?? input.userIds.map((_, n) => problemAt(`userIds[${n}]`)).find(Boolean)}
        onAdd={(member) => {
          setKnown((before) => new Map(before).set(member.userId, member))
          set({ userIds: [...input.userIds, member.userId] })
        }}
      />
      {input.userIds.length === 0 ? (
        <p className="hm-small hm-muted">{t('access.managers.none')}</p>
      ) : (
        <ul className="hm-pool" aria-label={t('access.managers.list')}>
          {input.userIds.map((userId) => {
            const { name, avatar } = known.get(userId) ?? { name: userId }
            return (
              <li key={userId} className="hm-pool__item">
                <div className="hm-pool__head">
                  <span className="hm-grow">
                    <Person name={name} avatar={avatar} />
                  </span>
                  <button
                    type="button"
                    className="hm-icon-button"
                    aria-label={tCommon('common.remove', { name })}
                    onClick={() => set({ userIds: input.userIds.filter((id) => id !== userId) })}
                  >
                    <CloseIcon />
                  </button>
                </div>
              </li>
            )
          })}
        </ul>
      )}
    </EditorModal>
  )
}
