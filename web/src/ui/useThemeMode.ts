import { useSyncExternalStore } from 'react'

/** The theme that the page shows now. */
export function useThemeMode(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => (document.documentElement.getAttribute('theme-mode') === 'dark' ? 'dark' : 'light'))
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributeFilter: ['theme-mode'] })
  return () => observer.disconnect()
}
