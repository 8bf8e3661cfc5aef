import { Avatar } from './Avatar'

export function Person({ name, avatar, size = 24 }: { name: string; avatar?: string; size?: number }) {
  return (
    <span className="hm-person">
      <Avatar name={name} src={avatar} size={size} />
      <span className="hm-truncate">{name}</span>
    </span>
  )
}
