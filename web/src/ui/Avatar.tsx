import { useState } from 'react'
import './avatar.css'

// Names keep their colour from page to page.
function hue(name: string): number {
  let sum = 0
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return sum
}

/** WeCom shows the last two characters of a Chinese name, the initials of others. */
export function initials(name: string): string {
  const trimmed = name.trim()
  if (/^[\p{ASCII}\p{Script=Latin}\s.'-]+$/u.test(trimmed)) {
    const words = trimmed.split(/\s+/)
    return words.map((word) => word[0] ?? '').join('').slice(0, 2).toUpperCase()
  }
  return [...trimmed].slice(-2).join('')
}

export function Avatar({ name, src, size = 28 }: { name: string; src?: string; size?: number }) {
  const [broken, setBroken] = useState(false)
  const box = { width: size, height: size, fontSize: Math.max(10, Math.round(size * 0.38)) }
  if (src && !broken) {
    return <img className="hm-avatar" style={box} src={src} alt="" loading="lazy" onError={() => setBroken(true)} />
  }
  return (
    <span className="hm-avatar" style={{ ...box, background: `hsl(${hue(name)} 45% 46%)` }} aria-hidden="true">
      {initials(name)}
    </span>
  )
}
