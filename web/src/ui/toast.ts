import './toast.css'

type ToastKind = 'success' | 'warning' | 'error'

// Display time in ms; warnings and errors stay longer.
const DURATION_MS: Record<ToastKind, number> = { success: 3000, warning: 6000, error: 6000 }

/**
 * Shows a short message at the top of the page. The box is a popover, so that it is
 * above open dialogs, and a live region, so that screen readers read it.
 */
function showToast(kind: ToastKind, text: string): void {
  const box = toastBox()
  const item = document.createElement('p')
  item.className = `hm-toast hm-toast--${kind}`
  item.textContent = text
  box.append(item)
  openPopover(box)
  setTimeout(() => {
    item.remove()
    if (box.childElementCount === 0) closePopover(box)
  }, DURATION_MS[kind])
}

// WeCom's older webviews do not support popovers: there the box is only position: fixed.
const supportsPopover = 'showPopover' in HTMLElement.prototype

/** Reopening the popover moves it above dialogs that were opened later. */
function openPopover(box: HTMLElement): void {
  if (!supportsPopover) return
  closePopover(box)
  box.showPopover()
}

function closePopover(box: HTMLElement): void {
  if (supportsPopover && box.matches(':popover-open')) box.hidePopover()
}

function toastBox(): HTMLElement {
  const found = document.getElementById('hm-toasts')
  if (found) return found
  const box = document.createElement('div') // a ul with the role status would have no items for screen readers
  box.id = 'hm-toasts'
  box.className = 'hm-toasts'
  box.setAttribute('popover', 'manual')
  box.setAttribute('role', 'status')
  document.body.append(box)
  return box
}

export const toast = {
  success: (text: string) => showToast('success', text),
  warning: (text: string) => showToast('warning', text),
  error: (text: string) => showToast('error', text),
}
