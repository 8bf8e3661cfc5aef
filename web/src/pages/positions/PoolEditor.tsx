import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { poolQuery, useSavePool } from '@/api/pools'
import type { Pool, PoolInput, PoolMemberInput, Position, ProblemField } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { CheckboxGroup } from '@/ui/CheckboxGroup'
import { EditorModal } from '@/ui/EditorModal'
import { SelectField, TextField } from '@/ui/Field'
import { Modal } from '@/ui/Modal'
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

const QUALIFICATIONS = ['trained', 'reverse_shadow', 'shadow'] as const
const LANGUAGES = ['zh', 'en', 'ja', 'ko', 'de', 'fr', 'es', 'ru'] as const

const toPoolInput = ({ responseHours, members }: Pool): PoolInput => ({
  responseHours,
  members: members.map(({ userId, qualification, tags, languages }) => ({ userId, qualification, tags, languages: languages as PoolMemberInput['languages'] })),
})

/** The interviewers of a position, in a drawer. */
export function PoolEditor({ position, onClose }: Props) {
  const { t } = useTranslation()
  const pool = useQuery(poolQuery(position.id))
  if (pool.data) return <PoolForm position={position} pool={pool.data} onClose={onClose} />
  return (
    <Modal kind="drawer" title={t('pool.title', { position: position.title })} onClose={onClose}>
      <QueryContent query={pool}>{() => null}</QueryContent>
    </Modal>
  )
}

function PoolForm({ position, pool, onClose }: Props & { pool: Pool }) {
  const { t } = useTranslation()
  const save = useSavePool(position.id)
  const editor = useEditForm<PoolInput, Pool>({
    initialInput: () => toPoolInput(pool),
    save,
    required: [],
    onClose,
    onSaved: () => toast.success(t('pool.saved')),
    version: pool.version,
    toInput: toPoolInput,
  })
  const { input, set, problem, problemAt } = editor
  const [known, setKnown] = useState(() => new Map(pool.members.map((one) => [one.userId, { name: one.name, avatar: one.avatar, active: one.active }])))
  const setMember = (userId: string, change: Partial<PoolMemberInput>) =>
    set({ members: input.members.map((one) => (one.userId === userId ? { ...one, ...change } : one)) })
  return (
    <EditorModal title={t('pool.title', { position: position.title })} fieldPaths={['responseHours', 'members']} {...editor.props}>
      <MemberPicker
        label={t('pool.add')}
        placeholder={t('pool.addHint')}
        chosen={input.members.map(({ userId }) => userId)}
        problem={problemAt('members')}
        onAdd={(member) => {
          setKnown((before) => new Map(before).set(member.userId, { name: member.name, avatar: member.avatar, active: true }))
          set({ members: [...input.members, { userId: member.userId, qualification: 'trained', tags: [], languages: [] }] })
        }}
      />
      {input.members.length === 0 ? (
        <p className="hm-small hm-muted">{t('pool.none')}</p>
      ) : (
        <ul className="hm-pool" aria-label={t('pool.members')}>
          {input.members.map((one, n) => (
            <MemberItem
              key={one.userId}
              member={one}
              person={known.get(one.userId) ?? { name: one.userId, active: true }}
              problem={problemAt(`members[${n}].userId`) ?? problemAt(`members[${n}].tags`) ?? problemAt(`members[${n}].tags[0]`)}
              onChange={(change) => setMember(one.userId, change)}
              onRemove={() => set({ members: input.members.filter(({ userId }) => userId !== one.userId) })}
            />
          ))}
        </ul>
      )}
      <TextField
        type="number"
        min={1}
        max={40}
        label={t('pool.responseHours')}
        hint={t('pool.responseHoursHint')}
        value={String(input.responseHours)}
        problem={problem('responseHours')}
        onChange={(value) => set({ responseHours: Math.max(0, Math.trunc(Number(value) || 0)) })}
      />
    </EditorModal>
  )
}

interface ItemProps {
  member: PoolMemberInput
  person: { name: string; avatar?: string; active: boolean }
  problem?: ProblemField
  onChange: (change: Partial<PoolMemberInput>) => void
  onRemove: () => void
}

function MemberItem({ member, person, problem, onChange, onRemove }: ItemProps) {
  const { t, i18n } = useTranslation()
  const { name } = person
  const names = new Intl.DisplayNames([i18n.language], { type: 'language' })
  const [tags, setTags] = useState((member.tags ?? []).join(t('overview.separator')))
  return (
    <li className="hm-pool__item">
      <div className="hm-pool__head">
        <Avatar name={name} src={person.avatar} />
        <span className="hm-grow">
          <b className="hm-strong">{name}</b>
          {!person.active && <span className="hm-small hm-error-text"> {t('pool.left')}</span>}
        </span>
        <button type="button" className="hm-icon-button" aria-label={t('common.remove', { name })} onClick={onRemove}>
          <CloseIcon />
        </button>
      </div>
      <div className="hm-pool__fields">
        <SelectField
          hideLabel
          label={t('pool.qualificationOf', { name })}
          value={member.qualification}
          options={QUALIFICATIONS.map((value) => ({ value, label: t(`pool.qualifications.${value}`) }))}
          onChange={(qualification) => onChange({ qualification })}
        />
        <TextField
          hideLabel
          label={t('pool.tagsOf', { name })}
          placeholder={t('pool.tagsHint')}
          value={tags}
          problem={problem}
          onChange={(text) => {
            setTags(text)
            onChange({ tags: text.split(/[,，、]/).map((one) => one.trim()).filter(Boolean) })
          }}
        />
      </div>
      <details>
        <summary className="hm-small">
          {t('pool.languages')} {(member.languages ?? []).map((code) => names.of(code)).join(t('overview.separator'))}
        </summary>
        <CheckboxGroup
          label={t('pool.languagesOf', { name })}
          choices={LANGUAGES.map((id) => ({ id, label: names.of(id) ?? id }))}
          value={member.languages ?? []}
          onChange={(languages) => onChange({ languages: languages as PoolMemberInput['languages'] })}
        />
      </details>
    </li>
  )
}
