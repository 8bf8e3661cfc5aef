// The events of the browser that the session of a room follows.

export interface PageHandlers {
  checkConnection: () => void
  reportFocus: () => void
  /** The page may be closed at any moment. */
  saveEdits: () => void
  setUnloading: (isUnloading: boolean) => void
  rememberCopy: (text: string) => void
  hasUnsavedEdits: () => boolean
}

/** Calls the handlers until the signal is aborted. */
export function addPageListeners(signal: AbortSignal, handlers: PageHandlers): void {
  const { checkConnection, reportFocus, saveEdits, setUnloading, rememberCopy, hasUnsavedEdits } = handlers
  window.addEventListener('online', checkConnection, { signal })
  window.addEventListener('offline', checkConnection, { signal })
  // Before visibilitychange, when the page is reloaded or closed. A page that is restored from the cache is shown again.
  window.addEventListener('pagehide', () => setUnloading(true), { signal })
  window.addEventListener('pageshow', () => setUnloading(false), { signal })
  window.addEventListener('focus', reportFocus, { signal })
  window.addEventListener('blur', reportFocus, { signal })
  document.addEventListener('copy', () => rememberCopy(document.getSelection()?.toString() ?? ''), { signal })
  document.addEventListener(
    'visibilitychange',
    () => {
      reportFocus()
      if (document.visibilityState === 'visible') checkConnection()
      else saveEdits()
    },
    { signal },
  )
  window.addEventListener(
    'beforeunload',
    (event) => {
      if (hasUnsavedEdits()) event.preventDefault()
    },
    { signal },
  )
}
