import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { memberChoicesQuery } from '@/api/company'
import type { Member, ProblemField } from '@/api/types'
import { Combobox } from '@/ui/Combobox'
import { memberChoice } from '@/ui/memberChoice'
import { useDebouncedValue } from '@/ui/useDebouncedValue'

interface Props {
  label: string
  placeholder: string
  /** Userids that are in the list. */
  chosen: string[]
  problem?: ProblemField
  onAdd: (member: Member) => void
}

/** Adds members of the company to a list. */
export function MemberPicker({ label, placeholder, chosen, problem, onAdd }: Props) {
  const [q, setQ] = useState('')
  const found = useQuery({ ...memberChoicesQuery(useDebouncedValue(q)), placeholderData: (before) => before })
  const members = found.data?.items ?? []
  return (
    <Combobox
      multiple
      label={label}
      placeholder={placeholder}
      problem={problem}
      loading={found.isPending}
      failed={found.isError}
      choices={members.map((member) => ({ ...memberChoice(member), selected: chosen.includes(member.userId) }))}
      onSearch={setQ}
      onChoose={({ id }) => {
        const member = members.find(({ userId }) => userId === id)
        if (member && !chosen.includes(id)) onAdd(member)
      }}
    />
  )
}
