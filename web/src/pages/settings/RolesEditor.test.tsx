// @vitest-environment jsdom

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Member, Session } from '@/api/types'
import { SessionContext } from '@/app/useSession'
import { changeLanguage, initI18n } from '@/i18n'
import { RolesDialog } from './RolesEditor'

beforeAll(async () => {
  HTMLDialogElement.prototype.showModal = () => undefined
  HTMLDialogElement.prototype.close = () => undefined
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function renderDialog(userId: string) {
  const member = { userId, name: '林悦', roles: ['administrator'], departments: [] } as unknown as Member
  const session = { user: { userId: 'LinYue', name: '林悦' }, roles: ['administrator'] } as unknown as Session
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SessionContext value={session}>
        <RolesDialog member={member} onClose={vi.fn()} />
      </SessionContext>
    </QueryClientProvider>,
  )
  return screen.getByRole<HTMLInputElement>('checkbox', { name: /^管理员/, hidden: true })
}

it("keeps the user's own administrator role, as the server does", () => {
  expect(renderDialog('LinYue').disabled).toBe(true)
  expect(screen.getByText(/请由另一位管理员操作/)).toBeTruthy()
})

it("changes another member's administrator role", () => {
  expect(renderDialog('ChenMo').disabled).toBe(false)
  expect(screen.queryByText(/请由另一位管理员操作/)).toBeNull()
})
