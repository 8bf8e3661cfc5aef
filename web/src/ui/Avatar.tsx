import { useState } from 'react'
import './avatar.css'

/** Backgrounds on which white text has a contrast of at least 4.5. */
export const avatarColors = ['#0052d9', '#6b4fb8', '#a8326f', '#ad4228', '#855800', '#4b6e00', '#007359', '#006c8a']

/** The colour is derived from the name, so that it is the same on every page. */
function avatarColor(name: string): string | undefined {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 840
  return avatarColors[sum % avatarColors.length]
}

/** The last two characters of a Chinese name, as WeCom does; a Japanese family name; the initials of others. */
export function nameInitials(name: string): string {
  const trimmed = name.trim()
  const words = trimmed.split(/\s+/)
  if (/^[\p{ASCII}\p{Script=Latin}\s.'-]+$/u.test(trimmed)) {
    return words.map((word) => word[0] ?? '').join('').slice(0, 2).toUpperCase()
  }
  return words.length > 1 ? [...(words[0] ?? '')].slice(0, 2).join('') : [...trimmed].slice(-2).join('')
}

export function Avatar({ name, src, size = 28 }: { name: string; src?: string; size?: number }) {
  const [broken, setBroken] = useState(false)
  const style = { width: size, height: size, fontSize: Math.max(10, Math.round(size * 0.38)) }
  if (src && !broken) {
    return <img className="hm-avatar" style={style} src={src} alt="" loading="lazy" onError={() => setBroken(true)} />
  }
  return (
    <span className="hm-avatar" style={{ ...style, background: avatarColor(name) }} aria-hidden="true">
      {nameInitials(name)}
    </span>
  )
}
