// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import type { Session } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { SystemStateCard } from './SystemState'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

it('names the version of each language once', () => {
  const languages = [{ id: 'python', name: 'Python 3.11', version: '3.11.2' }, { id: 'perl', name: 'Perl', version: '5.36.0' }]
  render(<SystemStateCard features={{ wecom: { state: 'ok' }, sandbox: { ready: true, languages } } as unknown as Session['features']} />)
  expect(screen.getByText('Python 3.11、Perl 5.36.0')).toBeTruthy()
})
