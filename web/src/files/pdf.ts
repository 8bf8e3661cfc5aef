import type * as PDFJS from 'pdfjs-dist'
// As files: the library is an ES module for current browsers, and is not bundled.
import libraryURL from 'pdfjs-dist/legacy/build/pdf.min.mjs?url'
import workerURL from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'

export type PDFDocument = PDFJS.PDFDocumentProxy

/** A page has at most as many pixels, whatever its size in the file is. */
const maxPixels = 16_000_000

async function loadLibrary(): Promise<typeof PDFJS> {
  const library = (await import(/* @vite-ignore */ libraryURL)) as typeof PDFJS
  library.GlobalWorkerOptions.workerSrc = workerURL
  return library
}

/** Opens a PDF. Its scripts, forms and links are not used: only pages are drawn. */
export function openPDF(content: ArrayBuffer): { document: Promise<PDFDocument>; close: () => void } {
  let task: PDFJS.PDFDocumentLoadingTask | undefined
  let closed = false
  const close = () => {
    closed = true
    void task?.destroy()
  }
  const open = async () => {
    const library = await loadLibrary()
    if (closed) throw new Error('the preview is closed')
    // A copy: the worker takes the buffer over.
    task = library.getDocument({ data: new Uint8Array(content.slice(0)), cMapUrl: __PDF_CMAPS__, cMapPacked: true, enableXfa: false, maxImageSize: maxPixels })
    return task.promise
  }
  return { document: open(), close }
}

interface Drawing {
  /** The text of the page, once it is drawn. */
  text: Promise<string>
  cancel: () => void
  isCancelled: () => boolean
}

/** Draws a page of the width in CSS pixels. */
export function drawPage(pdf: PDFDocument, number: number, canvas: HTMLCanvasElement, width: number): Drawing {
  let cancelled = false
  let task: PDFJS.RenderTask | undefined
  const draw = async () => {
    const page = await pdf.getPage(number)
    if (cancelled) return ''
    const original = page.getViewport({ scale: 1 })
    const shown = width / original.width
    const area = shown * shown * original.width * original.height
    const density = Math.min(window.devicePixelRatio || 1, 2, Math.sqrt(maxPixels / area))
    const viewport = page.getViewport({ scale: shown * density })
    canvas.width = Math.max(1, Math.floor(viewport.width))
    canvas.height = Math.max(1, Math.floor(viewport.height))
    canvas.style.width = `${width}px`
    task = page.render({ canvas, viewport })
    await task.promise
    const { items } = await page.getTextContent()
    return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('')
  }
  return {
    text: draw(),
    cancel: () => {
      cancelled = true
      task?.cancel()
    },
    isCancelled: () => cancelled,
  }
}
