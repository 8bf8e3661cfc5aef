import './toast.css'

type ToastKind = 'success' | 'warning' | 'error'

// Display time in ms; warnings and errors stay longer.
const DURATION_MS: Record<ToastKind, number> = { success: 3000, warning: 6000, error: 6000 }

/**
 * Shows a short message at the top of the page. The list is a popover, so that it is
 * above open dialogs, and a live region, so that screen readers read it.
 */
function showToast(kind: ToastKind, text: string): void {
  const list = toastList()
  const item = document.createElement('li')
  item.className = `hm-toast hm-toast--${kind}`
  item.textContent = text
  list.append(item)
  openPopover(list)
  setTimeout(() => {
    item.remove()
    if (list.childElementCount === 0) closePopover(list)
  }, DURATION_MS[kind])
}

// WeCom's older webviews do not support popovers: there the list is only position: fixed.
const supportsPopover = 'showPopover' in HTMLElement.prototype

/** Reopening the popover moves it above dialogs that were opened later. */
function openPopover(list: HTMLElement): void {
  if (!supportsPopover) return
  closePopover(list)
  list.showPopover()
}

function closePopover(list: HTMLElement): void {
  if (supportsPopover && list.matches(':popover-open')) list.hidePopover()
}

function toastList(): HTMLElement {
  const found = document.getElementById('hm-toasts')
  if (found) return found
  const list = document.createElement('ul')
  list.id = 'hm-toasts'
  list.className = 'hm-toasts'
  list.setAttribute('popover', 'manual')
  list.setAttribute('role', 'status')
  document.body.append(list)
  return list
}

export const toast = {
  success: (text: string) => showToast('success', text),
  warning: (text: string) => showToast('warning', text),
  error: (text: string) => showToast('error', text),
}
