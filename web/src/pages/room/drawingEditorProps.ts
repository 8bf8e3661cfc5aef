import type { DrawingSync } from '@/drawing/sync'

export interface DrawingEditorProps {
  sync: DrawingSync
  readOnly: boolean
  /** an image or another element that is not stored was removed */
  onUnsupported: () => void
}
