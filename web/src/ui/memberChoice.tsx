import type { Member } from '@/api/types'
import { Avatar } from './Avatar'
import type { Choice } from './Combobox'

/** A member as a choice of a Combobox, with picture and departments. */
export function memberChoice({ userId, name, avatar, departments }: Member): Choice {
  return { id: userId, label: name, icon: <Avatar name={name} src={avatar} />, detail: departments.map((department) => department.name).join(' / ') }
}
