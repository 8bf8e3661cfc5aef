import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { RoomKind, RoomSettings } from '@/api/types'
import './room-kind-picker.css'

interface Props<K extends RoomKind> {
  label: string
  value: K | undefined
  /** Which are offered, in this order. */
  offered: readonly K[]
  /** Undefined while it is asked for: then nothing is refused here. */
  kinds: RoomSettings['kinds'] | undefined
  disabled?: boolean
  onChange: (kind: K) => void
}

/** One of the kinds of room, each with what it is, or why it cannot be had. */
export function RoomKindPicker<K extends RoomKind>({ label, value, offered, kinds, disabled, onChange }: Props<K>) {
  const { t } = useTranslation()
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className="hm-rooms">
      {offered.map((kind) => {
        const found = kinds?.find((one) => one.kind === kind)
        const unavailable = found?.available === false
        return (
          <label key={kind} className={unavailable ? 'hm-rooms__one hm-rooms__one--off' : 'hm-rooms__one'}>
            <input
              type="radio"
              name={name}
              checked={value === kind}
              disabled={disabled || (unavailable && value !== kind)}
              aria-labelledby={`${name}-${kind}-name`}
              aria-describedby={`${name}-${kind}`}
              onChange={() => onChange(kind)}
            />
            <span id={`${name}-${kind}-name`} className="hm-rooms__name">{t(`room.${kind}`)}</span>
            <span id={`${name}-${kind}`} className="hm-rooms__hint">
              {unavailable ? found.reason : t(`form.roomHint.${kind}`)}
            </span>
          </label>
        )
      })}
    </div>
  )
}
