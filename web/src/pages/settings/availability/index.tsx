import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { memberChoicesQuery } from '@/api/company'
import { hasAct, useSession } from '@/app/useSession'
import { Combobox } from '@/ui/Combobox'
import { Card } from '@/ui/Page'
import { Note } from '@/ui/feedback'
import { memberChoice } from '@/ui/memberChoice'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import { CompanyCard } from './CompanyCard'
import { MemberEditor, OwnCard } from './MemberForm'
import './availability.css'

/** Working hours: the member's own, those of others for recruiters, and the company's for administrators. */
export default function AvailabilityTab() {
  const { t } = useTranslation('admin')
  const session = useSession()
  return (
    <>
      <Note>{t('availability.about')}</Note>
      <OwnCard userId={session.user.userId} />
      {hasAct(session, 'edit_availability') && <MembersHoursCard />}
      {session.roles.includes('administrator') && <CompanyCard />}
    </>
  )
}

function MembersHoursCard() {
  const { t } = useTranslation('admin')
  const [q, setQ] = useState('')
  const [editing, setEditing] = useState<{ userId: string; name: string }>()
  const found = useQuery({ ...memberChoicesQuery(useDebouncedValue(q)), placeholderData: (before) => before })
  const members = found.data?.items ?? []
  return (
    <Card title={t('availability.members')}>
      <Combobox
        label={t('availability.member')}
        placeholder={t('availability.memberHint')}
        loading={found.isPending}
        failed={found.isError}
        choices={members.map(memberChoice)}
        onSearch={setQ}
        onChoose={({ id, label }) => setEditing({ userId: id, name: label })}
      />
      {editing && <MemberEditor key={editing.userId} member={editing} onClose={() => setEditing(undefined)} />}
    </Card>
  )
}
