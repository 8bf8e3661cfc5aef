// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import type { AuditVerification } from '@/api/audit'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { newQueryClient, newSession, PageProviders } from '@/ui/interview.testing'
import { VerificationNote } from './VerificationNote'

beforeAll(async () => {
  await initI18n()
  await loadNamespace('admin')
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

const unsealed: AuditVerification = { entries: 0, erased: 0, unsealed: 3, partial: false, differences: [], differenceCount: 0 }

function renderNote(result: Partial<AuditVerification>) {
  render(
    <PageProviders client={newQueryClient()} session={newSession('林悦', 'administrator')}>
      <VerificationNote result={{ ...unsealed, ...result }} />
    </PageProviders>,
  )
}

it('says that nothing is sealed yet', () => {
  renderNote({})
  expect(screen.getByText('还没有封存的记录。')).toBeTruthy()
  expect(screen.getByText('另有 3 条新记录，将在一分钟内封存')).toBeTruthy()
})

it('says that the log is unaltered, with the end of the chain', () => {
  renderNote({ entries: 12, unsealed: 0, head: '12:ab', sealedAt: '2026-11-30T01:00:00Z' })
  expect(screen.getByText('已比对 12 条记录，没有发现修改、删除或插入。')).toBeTruthy()
  expect(screen.getByText('12:ab')).toBeTruthy()
})

it('lists the differences', () => {
  renderNote({ entries: 12, head: '12:ab', differenceCount: 21, differences: [{ kind: 'missing', seq: 4, entryId: 'e4' }, { kind: 'forged', seq: 12 }] })
  expect(screen.getByText('审计日志与封存时不一致，共 21 处。')).toBeTruthy()
  expect(screen.getByText('记录被删除')).toBeTruthy()
  expect(screen.getByText('e4')).toBeTruthy()
  expect(screen.getByText('签名无效')).toBeTruthy()
})
