import type { KeyboardEvent, PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { paneBounds, paneSizes, usePaneSizes, type PaneName } from '@/preferences/paneSizes'

const STEP = 2 // percent, of an arrow key

/** The size of a pane in percent when its separator is at the pointer. */
function sizeAt(pane: PaneName, event: PointerEvent<HTMLElement>): number {
  const area = event.currentTarget.parentElement?.getBoundingClientRect()
  if (!area || area.width === 0 || area.height === 0) return paneSizes.get()[pane]
  if (pane === 'output') return ((area.bottom - event.clientY) / area.height) * 100
  const distance = pane === 'problem' ? event.clientX - area.left : area.right - event.clientX
  return (distance / area.width) * 100
}

/** By how much a key resizes the pane: an arrow moves the separator in its direction. */
function stepOf(pane: PaneName, key: string): number {
  if (pane === 'output') return { ArrowUp: STEP, ArrowDown: -STEP }[key] ?? 0
  const step = { ArrowRight: STEP, ArrowLeft: -STEP }[key] ?? 0
  return pane === 'problem' ? step : -step
}

/** Resizes the pane beside it, by pointer or keyboard. A double click resets the size. */
export function PaneSeparator({ pane }: { pane: PaneName }) {
  const { t } = useTranslation('room')
  const size = usePaneSizes()[pane]
  const { min, max, initial } = paneBounds[pane]
  const keepSize = (percent: number) => {
    paneSizes.resize(pane, percent)
    paneSizes.keep()
  }
  function handleKeyDown(event: KeyboardEvent) {
    const end = { Home: min, End: max }[event.key]
    const step = stepOf(pane, event.key)
    if (end === undefined && step === 0) return
    event.preventDefault()
    keepSize(end ?? size + step)
  }
  function handlePointerDown(event: PointerEvent<HTMLElement>) {
    if (event.button === 0) event.currentTarget.setPointerCapture(event.pointerId)
  }
  function handlePointerMove(event: PointerEvent<HTMLElement>) {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) paneSizes.resize(pane, sizeAt(pane, event))
  }
  // A separator with a value is a widget (WAI-ARIA, "Window Splitter").
  /* eslint-disable jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex */
  return (
    <div
      role="separator"
      tabIndex={0}
      className={pane === 'output' ? 'room-separator room-separator--rows' : 'room-separator'}
      aria-label={t(`pane.resize.${pane}`)}
      aria-orientation={pane === 'output' ? 'horizontal' : 'vertical'}
      aria-controls={`room-${pane}`}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuetext={t('pane.percent', { percent: size })}
      onKeyDown={handleKeyDown}
      onPointerDown={handlePointerDown}
      onPointerMove={handlePointerMove}
      onLostPointerCapture={() => paneSizes.keep()}
      onDoubleClick={() => keepSize(initial)}
    />
  )
}
