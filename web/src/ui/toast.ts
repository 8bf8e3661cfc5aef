import './toast.css'

type ToastKind = 'success' | 'warning' | 'error'

// How long a person needs: bad news are read twice.
const DURATION_MS: Record<ToastKind, number> = { success: 3000, warning: 6000, error: 6000 }

/**
 * Short news at the top of the page. The list is a popover, so that it stands
 * above open dialogs, and a live region, so that it is read aloud.
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

// WeCom's older webviews know no popovers: there the list is just fixed to the page.
const supportsPopover = 'showPopover' in HTMLElement.prototype

/** Shown anew, the list moves above dialogs that were opened since. */
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
