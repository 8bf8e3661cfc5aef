import type { PreviewFile } from './compose'

/** The files of a page, which change. */
export interface PreviewSource {
  /** undefined when there is no page */
  read: () => { entry: string; files: PreviewFile[] } | undefined
  /** `request` is a request to show the page now. */
  subscribe: (listener: (reason: 'change' | 'request') => void) => () => void
}
