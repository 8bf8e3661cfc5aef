import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import type { PDFDocument } from './pdf'
import { drawPage, openPDF } from './pdf'

const zooms = [1, 1.5, 2, 3]

/** One page of a PDF at a time, so that the memory does not grow with the number of pages. */
export function PDFPages({ content, fallback }: { content: ArrayBuffer; fallback: ReactNode }) {
  const { t } = useTranslation('files')
  const [pdf, setPDF] = useState<PDFDocument>()
  const [failed, setFailed] = useState(false)
  const [number, setNumber] = useState(1)
  const [zoom, setZoom] = useState(0)
  useEffect(() => {
    const opened = openPDF(content)
    let mounted = true
    opened.document.then(
      (loaded) => mounted && setPDF(loaded),
      () => mounted && setFailed(true),
    )
    return () => {
      mounted = false
      opened.close()
    }
  }, [content])
  if (failed) return fallback
  if (!pdf) return <p className="hm-muted" role="status">{t('files.opening')}</p>
  return (
    <>
      <div className="hm-row hm-preview__bar">
        <Button size="small" disabled={number === 1} onClick={() => setNumber(number - 1)}>
          {t('files.previousPage')}
        </Button>
        <span className="hm-num" role="status">
          {t('files.page', { number, total: pdf.numPages })}
        </span>
        <Button size="small" disabled={number === pdf.numPages} onClick={() => setNumber(number + 1)}>
          {t('files.nextPage')}
        </Button>
        <span className="hm-grow" />
        <Button size="small" variant="text" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
          {t('files.smaller')}
        </Button>
        <Button size="small" variant="text" disabled={zoom === zooms.length - 1} onClick={() => setZoom(zoom + 1)}>
          {t('files.larger')}
        </Button>
      </div>
      <PDFPage pdf={pdf} number={number} zoom={zooms[zoom] ?? 1} onFail={() => setFailed(true)} />
    </>
  )
}

interface PageProps {
  pdf: PDFDocument
  number: number
  zoom: number
  onFail: () => void
}

/** A page as a picture, and its text for screen readers. */
function PDFPage({ pdf, number, zoom, onFail }: PageProps) {
  const { t } = useTranslation('files')
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [text, setText] = useState('')
  const fail = useRef(onFail)
  useEffect(() => {
    fail.current = onFail
  })
  useEffect(() => {
    if (!frame.current || !canvas.current) return
    const drawing = drawPage(pdf, number, canvas.current, frame.current.clientWidth * zoom)
    drawing.text.then(setText, () => {
      if (!drawing.isCancelled()) fail.current()
    })
    return drawing.cancel
  }, [pdf, number, zoom])
  return (
    // Scrolled by the keyboard when the page is larger than the frame.
    <div ref={frame} className="hm-preview__page" role="region" aria-label={t('files.page', { number, total: pdf.numPages })} tabIndex={0}>
      <canvas ref={canvas} aria-hidden />
      <p className="hm-sr-only">{text}</p>
    </div>
  )
}
