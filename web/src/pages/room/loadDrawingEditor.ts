import type { ComponentType } from 'react'
import type { DrawingEditorProps } from './drawingEditorProps'

declare global {
  interface Window {
    EXCALIDRAW_ASSET_PATH?: string
  }
}

/** The Chinese hand-drawn font is not among the assets: the browser's fonts show its characters. */
const LEFT_OUT_FONT = 'Xiaolai'

/** Loads the editor of the drawing. */
export async function loadDrawingEditor(): Promise<ComponentType<DrawingEditorProps>> {
  prepareFonts()
  return (await import('./DrawingEditor')).default
}

// Excalidraw reads the path when it is loaded. It adds a public server as a second source of each font, which the
// policy of the page forbids: browsers report that for each font.
function prepareFonts(): void {
  if (window.EXCALIDRAW_ASSET_PATH) return
  window.EXCALIDRAW_ASSET_PATH = __EXCALIDRAW_ASSETS__
  window.FontFace = class extends FontFace {
    constructor(family: string, source: string | BufferSource, descriptors?: FontFaceDescriptors) {
      super(family, typeof source === 'string' ? ownSources(source) : source, descriptors)
    }
  }
  const addFont = document.fonts.add.bind(document.fonts)
  document.fonts.add = (font) => (font.family.includes(LEFT_OUT_FONT) ? document.fonts : addFont(font))
}

function ownSources(source: string): string {
  return source
    .split(',')
    .filter((part) => !part.includes('https://esm.sh/'))
    .join(',')
}
