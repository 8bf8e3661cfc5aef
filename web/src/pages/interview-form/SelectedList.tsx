import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CloseIcon } from '@/ui/icons'

/** The selected items, each with a remove button. */
export function SelectedList({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className="hm-selected" aria-label={label}>
      {children}
    </ul>
  )
}

export function SelectedItem({ name, icon, detail, warning, onRemove }: { name: string; icon?: ReactNode; detail?: string; warning?: string; onRemove: () => void }) {
  const { t } = useTranslation()
  return (
    <li className="hm-selected__item">
      {icon}
      <span className="hm-grow">
        <span>{name}</span>
        {detail && <span className="hm-small hm-muted"> {detail}</span>}
        {warning && <span className="hm-selected__warning">{warning}</span>}
      </span>
      <button type="button" className="hm-icon-button" aria-label={t('common.remove', { name })} onClick={onRemove}>
        <CloseIcon />
      </button>
    </li>
  )
}
