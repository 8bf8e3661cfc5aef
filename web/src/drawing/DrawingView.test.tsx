// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { initI18n, loadNamespace } from '@/i18n'
import { DrawingView } from './DrawingView'
import { shapeTypes, textsOf, type VisibleElement } from './element'

afterEach(cleanup)

const shape = (change: Partial<VisibleElement>): VisibleElement => ({
  id: 'a', version: 1, versionNonce: 1, type: 'rectangle', index: 'a0', x: 10, y: 20, width: 100, height: 50, angle: 0, strokeColor: '#e03131', backgroundColor: 'transparent',
  fillStyle: 'solid', strokeWidth: 2, strokeStyle: 'solid', roughness: 1, opacity: 100, seed: 1, ...change,
})

it('draws each type of element, and has its texts as the name', async () => {
  await initI18n()
  await loadNamespace('room')
  const points = [[0, 0], [50, 10], [100, 50]] as const
  const elements = shapeTypes.map((type, index) => shape({ id: type, type, y: index * 60, points: ['line', 'arrow', 'freedraw'].includes(type) ? points : undefined }))
  const texts = [shape({ id: 't1', type: 'text', text: '缓\n存', y: 900 }), shape({ id: 't2', type: 'text', text: 'API', angle: 1, textAlign: 'center', y: 800 })]
  const { container, rerender } = render(<DrawingView elements={[...elements, ...texts]} />)
  const image = screen.getByRole('img')
  expect(image.getAttribute('aria-label')).toContain('API; 缓\n存')
  expect(container.querySelectorAll('g')).toHaveLength(elements.length + 2)
  expect([...container.querySelectorAll('tspan')].map((line) => line.textContent)).toContain('存')
  expect(image.innerHTML).not.toMatch(/NaN|undefined/)
  expect(image.getAttribute('viewBox')?.split(' ').every((n) => Number.isFinite(Number(n)))).toBe(true)
  for (const endArrowhead of ['arrow', 'bar', 'dot', 'circle_outline', 'triangle', 'diamond_outline', 'crowfoot_one', 'crowfoot_many', 'crowfoot_one_or_many']) {
    rerender(<DrawingView elements={[shape({ type: 'arrow', points, endArrowhead, roundness: { type: 2 } })]} />)
    expect(container.querySelectorAll('path')).toHaveLength(2)
    expect(image.innerHTML).not.toMatch(/NaN|undefined/)
  }
  rerender(<DrawingView elements={[]} />)
  expect(screen.getByRole('img').innerHTML).toBe('')
})

it('reads texts from top to bottom', () => {
  const texts = textsOf([shape({ type: 'text', text: 'below', y: 9 }), shape({ type: 'text', text: 'wr\napped', originalText: 'wrapped', y: 1 }), shape({ type: 'frame', name: 'frame', y: 5 }), shape({ type: 'text', text: ' ' })])
  expect(texts).toEqual(['wrapped', 'frame', 'below'])
})
