import { useTranslation } from 'react-i18next'
import { CopyIcon } from './icons'
import { toast } from './toast'
import './copyable.css'

/** A text with a copy button. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation()
  return (
    <span className="hm-copyable">
      <code className="hm-copyable__text">{text}</code>
      <button type="button" className="hm-icon-button" aria-label={t('common.copyOf', { name: label })} title={t('common.copyOf', { name: label })} onClick={() => void copyToClipboard(text, t)}>
        <CopyIcon />
      </button>
    </span>
  )
}

type CopyTranslate = (id: 'common.copied' | 'common.copyFailed') => string

/** Copies the text, shows a toast with the result, and returns whether it was copied. */
export async function copyToClipboard(text: string, t: CopyTranslate): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    toast.success(t('common.copied'))
    return true
  } catch {
    toast.warning(t('common.copyFailed'))
    return false
  }
}
