// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { changeLanguage, initI18n } from '@/i18n'
import { addSlot, MAX_SLOTS, SlotEditor, toDeadline, type SlotsDraft } from './SlotEditor'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('zh-CN')
})
afterEach(cleanup)

function Editor({ slots = [] }: { slots?: string[] }) {
  const [value, setValue] = useState<SlotsDraft>({ day: '2026-11-24', clock: '14:00', slots, deadline: '' })
  const problem = (path: string) => (path === 'slots[1]' ? { path, code: 'availability.busy', message: '周航有其他面试。' } : undefined)
  return <SlotEditor value={value} minutes={60} zone="Asia/Shanghai" problem={problem} onChange={(set) => setValue((before) => ({ ...before, ...set }))} />
}

const rows = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent)

it('adds the typed time once, in order, and removes it', () => {
  render(<Editor slots={['2026-11-25T02:00:00.000Z']} />)
  fireEvent.click(screen.getByRole('button', { name: '添加时间' }))
  fireEvent.click(screen.getByRole('button', { name: '添加时间' }))
  expect(rows()).toEqual(['11月24日周二 14:00–15:00', '11月25日周三 10:00–11:00周航有其他面试。'])
  fireEvent.click(screen.getByRole('button', { name: /移除 ?11月24日/ }))
  expect(rows()).toEqual(['11月25日周三 10:00–11:00'])
})

it('has a limit', () => {
  let slots: string[] = []
  for (let hour = 0; hour < MAX_SLOTS + 2; hour++) slots = addSlot(slots, `2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`)
  expect(slots).toHaveLength(MAX_SLOTS)
  render(<Editor slots={slots} />)
  expect(screen.getByRole<HTMLButtonElement>('button', { name: '添加时间' }).disabled).toBe(true)
})

it('the deadline is the end of its day in the zone', () => {
  expect(toDeadline('2026-11-24', 'Asia/Shanghai')).toBe('2026-11-24T15:59:00.000Z')
  expect(toDeadline('', 'Asia/Shanghai')).toBeUndefined()
})
