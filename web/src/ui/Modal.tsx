import type { ReactNode } from 'react'
import { useEffect, useId, useRef } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { CloseIcon } from '@/ui/icons'
import { isInputMethodKey } from './keyboard'
import './modal.css'

interface Props {
  title: string
  onClose: () => void
  /** drawer: at the right edge on a desktop. On a phone both are bottom sheets. */
  kind?: 'dialog' | 'drawer'
  footer?: ReactNode
  children: ReactNode
  /** A click on the backdrop does not close it, for forms with unsaved input. */
  persistent?: boolean
  /** Escape does not close it, for a secret that is shown once. */
  ignoreEscape?: boolean
}

/**
 * Mounted while open. The native dialog traps the focus, makes the page
 * behind it inert and closes on Escape, which TDesign's does not.
 */
export function Modal({ title, onClose, kind = 'dialog', footer, children, persistent, ignoreEscape }: Props) {
  const { t } = useTranslation()
  const box = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = box.current
    const opener = document.activeElement
    if (dialog && !dialog.open) dialog.showModal()
    return () => {
      dialog?.close()
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  // A portal: a form in the dialog must not be nested in a form around its opener.
  return createPortal(
    // The backdrop is the dialog itself; the keyboard has Escape.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={box}
      className={`hm-modal hm-modal--${kind}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault() // Android's back gesture; the key is handled below
        if (event.target === box.current && !ignoreEscape) onClose()
      }}
      onClose={(event) => {
        // The browser has closed it without asking.
        if (event.target === box.current && box.current.isConnected && !box.current.open) box.current.showModal()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault() // Chromium closes a dialog at the second Escape, even if its cancel event was prevented
        event.stopPropagation()
        if (!ignoreEscape && !isInputMethodKey(event)) onClose()
      }}
      onMouseDown={(event) => {
        if (!persistent && event.target === box.current) onClose()
      }}
    >
      <div className="hm-modal__box">
        <header className="hm-modal__head">
          <h2 id={titleId} className="hm-grow">
            {title}
          </h2>
          <button type="button" className="hm-icon-button" aria-label={t('common.close')} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        <div className="hm-modal__body">{children}</div>
        {footer && <footer className="hm-modal__foot">{footer}</footer>}
      </div>
    </dialog>,
    document.body,
  )
}
