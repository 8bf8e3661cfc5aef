import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { boundsOfAll, unturnedBounds, type Bounds } from './bounds'
import { textsOf, type Point, type VisibleElement } from './element'
import { arrowhead, curvedPath, drawnPath, straightPath } from './path'
import './drawing.css'

const MARGIN = 24 // around the drawing
const MIN_SIZE = 320 // a small drawing is not enlarged much
const MAX_RADIUS = 32 // of round corners
const CURVED = 2 // type of the roundness of lines

interface Props {
  elements: readonly VisibleElement[]
  /** what is visible; that of the elements by default */
  bounds?: Bounds | null
}

/** A drawing as SVG, without the editor. Lines are straight, where the editor draws them as by hand. */
export function DrawingView({ elements, bounds }: Props) {
  const { t } = useTranslation('room')
  const { left, top, right, bottom } = bounds ?? boundsOfAll(elements) ?? { left: 0, top: 0, right: 0, bottom: 0 }
  const [width, height] = [Math.max(right - left, MIN_SIZE) + 2 * MARGIN, Math.max(bottom - top, MIN_SIZE) + 2 * MARGIN]
  const viewBox = [(left + right - width) / 2, (top + bottom - height) / 2, width, height].map(Math.round).join(' ')
  const texts = useMemo(() => textsOf(elements), [elements])
  const label = t('drawing.image', { count: elements.length })
  return (
    <svg className="drawing-view" viewBox={viewBox} role="img" aria-label={texts.length > 0 ? `${label} ${texts.join('; ')}` : label}>
      {elements.map((element) => (
        <Element key={element.id} element={element} />
      ))}
    </svg>
  )
}

function Element({ element }: { element: VisibleElement }) {
  const { x, y, angle, opacity } = element
  const { left, top, right, bottom } = unturnedBounds(element)
  const turn = angle ? `rotate(${(angle * 180) / Math.PI} ${(left + right) / 2} ${(top + bottom) / 2}) ` : ''
  return (
    <g transform={`${turn}translate(${x} ${y})`} opacity={opacity / 100}>
      <ElementShape element={element} />
    </g>
  )
}

function ElementShape({ element }: { element: VisibleElement }) {
  const { type, width, height, roundness } = element
  const style = strokeOf(element)
  switch (type) {
    case 'rectangle':
      return <rect width={width} height={height} rx={roundness ? Math.min(MAX_RADIUS, Math.min(width, height) / 4) : 0} {...style} />
    case 'ellipse':
      return <ellipse cx={width / 2} cy={height / 2} rx={width / 2} ry={height / 2} {...style} />
    case 'diamond':
      return <path d={`${straightPath([[width / 2, 0], [width, height / 2], [width / 2, height], [0, height / 2]])}z`} {...style} />
    case 'freedraw':
      return <path d={drawnPath(pointsOf(element))} {...style} strokeWidth={element.strokeWidth * 2} />
    case 'line':
    case 'arrow':
      return <Line element={element} />
    case 'text':
      return <TextLines element={element} />
    case 'frame':
      return (
        <>
          <rect width={width} height={height} rx={8} fill="none" stroke="#999" />
          <text y={-6} fontSize={14} fill="#777">
            {element.name}
          </text>
        </>
      )
  }
}

function Line({ element }: { element: VisibleElement }) {
  const { roundness, elbowed, startArrowhead, endArrowhead, strokeColor, strokeWidth } = element
  const points = pointsOf(element)
  const style = strokeOf(element)
  const ends: [string | undefined, Point | undefined, Point | undefined][] = [
    [startArrowhead, points[1], points[0]],
    [endArrowhead, points.at(-2), points.at(-1)],
  ]
  return (
    <>
      <path d={roundness?.type === CURVED && !elbowed ? curvedPath(points) : straightPath(points)} {...style} />
      {ends.map(([kind, from, tip], index) => {
        const head = kind && from && tip ? arrowhead(kind, from, tip) : null
        return head && <path key={index} d={head.path} stroke={strokeColor} strokeWidth={strokeWidth} fill={{ none: 'none', line: strokeColor, background: '#fff' }[head.fill]} strokeLinecap="round" strokeLinejoin="round" />
      })}
    </>
  )
}

const anchors: Record<string, 'start' | 'middle' | 'end'> = { center: 'middle', right: 'end' }
const monospaceFonts = [3, 8]

function TextLines({ element }: { element: VisibleElement }) {
  const { text = '', width, fontSize = 20, lineHeight = 1.25, textAlign = 'left', strokeColor, fontFamily = 0 } = element
  const x = { center: width / 2, right: width }[textAlign] ?? 0
  return (
    <text className={monospaceFonts.includes(fontFamily) ? 'drawing-view__code' : undefined} fontSize={fontSize} fill={strokeColor} textAnchor={anchors[textAlign] ?? 'start'}>
      {text.split('\n').map((line, index) => (
        <tspan key={index} x={x} y={fontSize * (lineHeight * (index + 0.5) + 0.35)}>
          {line}
        </tspan>
      ))}
    </text>
  )
}

function pointsOf({ points }: VisibleElement): readonly Point[] {
  return points && points.length > 0 ? points : [[0, 0]]
}

function strokeOf({ type, points, strokeColor, backgroundColor, fillStyle, strokeStyle, strokeWidth }: VisibleElement) {
  const [first, last] = [points?.[0], points?.at(-1)]
  const isOpen = type === 'arrow' || (first && last && Math.hypot(first[0] - last[0], first[1] - last[1]) > 8)
  return {
    stroke: strokeColor,
    strokeWidth,
    strokeDasharray: { dashed: `8 ${8 + strokeWidth}`, dotted: `1.5 ${6 + strokeWidth}` }[strokeStyle],
    strokeLinecap: 'round' as const,
    strokeLinejoin: 'round' as const,
    fill: isOpen || backgroundColor === 'transparent' ? 'none' : backgroundColor,
    fillOpacity: fillStyle === 'solid' ? undefined : 0.45, // instead of hatching
  }
}
