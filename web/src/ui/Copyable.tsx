import { useTranslation } from 'react-i18next'
import { CopyIcon } from './icons'
import { toast } from './toast'
import './copyable.css'

/** A text that is wanted elsewhere, with a button that copies it. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation()
  return (
    <span className="hm-copyable">
      <code className="hm-copyable__text">{text}</code>
      <button type="button" className="hm-icon-button" aria-label={t('common.copyOf', { name: label })} title={t('common.copyOf', { name: label })} onClick={() => void copy(text, t)}>
        <CopyIcon />
      </button>
    </span>
  )
}

type Say = (id: 'common.copied' | 'common.copyFailed') => string

/** Copies, and says whether that went well. */
export async function copy(text: string, say: Say): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast.success(say('common.copied'))
  } catch {
    toast.warning(say('common.copyFailed'))
  }
}
