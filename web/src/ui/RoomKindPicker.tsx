import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { RoomKind, RoomSettings } from '@/api/types'
import './room-kind-picker.css'

interface Props<K extends RoomKind> {
  label: string
  value: K | undefined
  /** The kinds to show, in this order. */
  offered: readonly K[]
  /** Undefined while loading: then no kind is disabled. */
  kinds: RoomSettings['kinds'] | undefined
  disabled?: boolean
  onChange: (kind: K) => void
}

/** Radio group of room kinds, each with a description or the reason why it is unavailable. */
export function RoomKindPicker<K extends RoomKind>({ label, value, offered, kinds, disabled, onChange }: Props<K>) {
  const { t } = useTranslation()
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className="hm-room-kinds">
      {offered.map((kind) => {
        const found = kinds?.find((one) => one.kind === kind)
        const unavailable = found?.available === false
        return (
          <label key={kind} className={unavailable ? 'hm-room-kinds__option hm-room-kinds__option--unavailable' : 'hm-room-kinds__option'}>
            <input
              type="radio"
              name={name}
              checked={value === kind}
              disabled={disabled || (unavailable && value !== kind)}
              aria-labelledby={`${name}-${kind}-name`}
              aria-describedby={`${name}-${kind}`}
              onChange={() => onChange(kind)}
            />
            <span id={`${name}-${kind}-name`} className="hm-room-kinds__name">{t(`room.${kind}`)}</span>
            <span id={`${name}-${kind}`} className="hm-room-kinds__hint">
              {unavailable ? found.reason : t(`form.roomHint.${kind}`)}
            </span>
          </label>
        )
      })}
    </div>
  )
}
