// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { stubDialogs } from '@/ui/dialog.testing'
import QuestionExport from './QuestionExport'

beforeAll(async () => {
  stubDialogs()
  await initI18n()
  await loadNamespace('questions')
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

const noop = () => undefined
const url = () => screen.getByRole('link', { name: '下载' }).getAttribute('href')

it('exports the selected questions, or all that match', () => {
  render(<QuestionExport selected={['q1', 'q2']} filter={{ q: '两数 之和', tag: '数组&' }} onClose={noop} />)
  expect(url()).toBe('/api/questions/export?format=zip&ids=q1%2Cq2')
  fireEvent.click(screen.getByLabelText('所有符合筛选条件的题目'))
  fireEvent.click(screen.getByLabelText('JSON'))
  expect(url()).toBe(`/api/questions/export?${new URLSearchParams({ format: 'json', q: '两数 之和', tag: '数组&' })}`)
})

it('exports all questions without a filter', () => {
  render(<QuestionExport selected={[]} filter={{}} onClose={noop} />)
  expect(screen.getByText('全部题目')).toBeTruthy()
  expect(url()).toBe('/api/questions/export?format=zip')
})
