// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import type { ReactElement } from 'react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { NewToken } from '@/api/tokens'
import type { NewWebhook } from '@/api/webhooks'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { stubDialogs } from '@/ui/dialog.testing'
import { newSession, PageProviders } from '@/ui/interview.testing'
import { NewTokenDialog } from './tokens/NewTokenDialog'
import { SecretDialog } from './webhooks/SecretDialog'

const onClose = vi.fn()
const dialogs: [string, ReactElement][] = [
  ['an API token', <NewTokenDialog newToken={{ secret: 's', token: { name: 'ci' } } as NewToken} onClose={onClose} />],
  ['a webhook', <SecretDialog newWebhook={{ secret: 's' } as NewWebhook} onClose={onClose} />],
]

beforeAll(async () => {
  stubDialogs()
  await initI18n()
  await loadNamespace('admin')
  await changeLanguage('zh-CN')
})
afterEach(() => {
  cleanup()
  onClose.mockReset()
})

it.each(dialogs)('Escape and the backdrop keep the secret of %s, which is shown once', (_, dialog) => {
  render(<PageProviders session={newSession('林悦', 'administrator')}>{dialog}</PageProviders>)
  const opened = screen.getByRole('dialog')
  fireEvent.keyDown(opened, { key: 'Escape' })
  fireEvent.mouseDown(opened)
  expect(onClose).not.toHaveBeenCalled()
  fireEvent.click(screen.getByRole('button', { name: '我已保存' }))
  expect(onClose).toHaveBeenCalledOnce()
})
