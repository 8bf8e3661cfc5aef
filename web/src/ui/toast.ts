import './toast.css'

type Kind = 'success' | 'warning' | 'error'

// How long a person needs: bad news are read twice.
const stay: Record<Kind, number> = { success: 3000, warning: 6000, error: 6000 }

/**
 * Short news at the top of the page. The list is a popover, so that it stands
 * above open dialogs, and a live region, so that it is read aloud.
 */
function show(kind: Kind, text: string): void {
  const list = toasts()
  const item = document.createElement('li')
  item.className = `hm-toast hm-toast--${kind}`
  item.textContent = text
  list.append(item)
  raise(list)
  setTimeout(() => {
    item.remove()
    if (list.childElementCount === 0) lower(list)
  }, stay[kind])
}

// WeCom's older webviews know no popovers: there the list is just fixed to the page.
const popovers = 'showPopover' in HTMLElement.prototype

/** Shown anew, the list moves above dialogs that were opened since. */
function raise(list: HTMLElement): void {
  if (!popovers) return
  lower(list)
  list.showPopover()
}

function lower(list: HTMLElement): void {
  if (popovers && list.matches(':popover-open')) list.hidePopover()
}

function toasts(): HTMLElement {
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
  success: (text: string) => show('success', text),
  warning: (text: string) => show('warning', text),
  error: (text: string) => show('error', text),
}
