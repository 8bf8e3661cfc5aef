import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditFilter } from '@/api/audit'
import { memberChoicesQuery } from '@/api/company'
import { useTimeZone } from '@/app/useSession'
import { addDays, toInstant } from '@/time/zone'
import { Combobox } from '@/ui/Combobox'
import { DateField } from '@/ui/DateField'
import { SelectField } from '@/ui/Field'
import { useDebouncedValue } from '@/ui/useDebouncedValue'
import { groups } from './actions'

interface Draft {
  from: string
  to: string
  member?: { id: string; label: string }
  group: string
}

/** The filters of the audit log. Days are those of the company's time zone, the last one included. */
export function AuditFilters({ onChange }: { onChange: (filter: AuditFilter) => void }) {
  const { t } = useTranslation('admin')
  const zone = useTimeZone()
  const [draft, setDraft] = useState<Draft>({ from: '', to: '', group: '' })
  const [q, setQ] = useState('')
  const found = useQuery(memberChoicesQuery(useDebouncedValue(q)))
  const members = (found.data?.items ?? []).map(({ userId, name, departments }) => ({
    id: userId,
    label: name,
    detail: departments[0]?.name,
    selected: userId === draft.member?.id,
  }))
  function change(part: Partial<Draft>) {
    const next = { ...draft, ...part }
    setDraft(next)
    onChange({
      from: next.from ? toInstant(next.from, '00:00', zone).toISOString() : undefined,
      to: next.to ? toInstant(addDays(next.to, 1), '00:00', zone).toISOString() : undefined,
      userId: next.member?.id,
      action: next.group ? `${next.group}.` : undefined,
    })
  }
  return (
    <div className="hm-filters hm-audit-filters" role="search">
      <DateField label={t('audit.from')} value={draft.from} max={draft.to || undefined} onChange={(from) => change({ from })} />
      <DateField label={t('audit.to')} value={draft.to} min={draft.from || undefined} onChange={(to) => change({ to })} />
      <SelectField
        label={t('audit.group')}
        value={draft.group}
        options={[{ value: '', label: t('audit.anyGroup') }, ...groups.map((value) => ({ value: value as string, label: t(`audit.groups.${value}`) }))]}
        onChange={(group) => change({ group })}
      />
      <Combobox
        label={t('audit.by')}
        placeholder={t('audit.anyMember')}
        displayValue={draft.member?.label}
        choices={q ? members : [{ id: '', label: t('audit.anyMember') }, ...members]}
        loading={found.isPending}
        failed={found.isError}
        onSearch={setQ}
        onChoose={({ id, label }) => change({ member: id ? { id, label } : undefined })}
      />
    </div>
  )
}
