// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { initI18n } from '@/i18n'
import type { Choice } from './Combobox'
import { Combobox } from './Combobox'

const choices: Choice[] = [
  { id: '1', label: '后端工程师' },
  { id: '2', label: '前端工程师' },
]

function renderCombobox(create = false) {
  const calls = { onSearch: vi.fn(), onChoose: vi.fn(), onCreate: vi.fn() }
  render(
    <Combobox
      label="职位"
      choices={choices}
      onSearch={calls.onSearch}
      onChoose={calls.onChoose}
      create={create ? { label: (text) => `新建“${text}”`, onCreate: calls.onCreate } : undefined}
    />,
  )
  return { ...calls, user: userEvent.setup(), field: screen.getByRole('combobox', { name: '职位' }) }
}

beforeAll(async () => {
  // jsdom has no layout and no scrollIntoView.
  Element.prototype.scrollIntoView = () => {}
  await initI18n()
})
afterEach(cleanup)

describe('Combobox', () => {
  it('opens on a click and calls onChoose', async () => {
    const { user, field, onChoose } = renderCombobox()
    expect(screen.queryByRole('listbox')).toBeNull()
    await user.click(field)
    await user.click(screen.getByRole('option', { name: '前端工程师' }))
    expect(onChoose).toHaveBeenCalledWith(choices[1])
    expect(screen.queryByRole('listbox')).toBeNull()
  })

  it('searches while typing and selects by arrow keys and Enter', async () => {
    const { user, field, onSearch, onChoose } = renderCombobox()
    await user.type(field, '工')
    expect(onSearch).toHaveBeenLastCalledWith('工')
    await user.keyboard('{ArrowDown}')
    const active = document.getElementById(field.getAttribute('aria-activedescendant') ?? '')
    expect(active?.textContent).toBe('前端工程师')
    await user.keyboard('{Enter}')
    expect(onChoose).toHaveBeenCalledWith(choices[1])
  })

  it('offers to create what was typed, below the choices', async () => {
    const { user, field, onCreate } = renderCombobox(true)
    await user.type(field, ' 安全 ')
    await user.click(screen.getByRole('option', { name: '新建“安全”' }))
    expect(onCreate).toHaveBeenCalledWith('安全')
  })

  it('closes and clears on Escape', async () => {
    const { user, field } = renderCombobox()
    await user.type(field, '工{Escape}')
    expect(screen.queryByRole('listbox')).toBeNull()
    expect((field as HTMLInputElement).value).toBe('')
  })

  it('ignores the Enter that accepts a word, which Safari sends after the composition', async () => {
    const { user, field, onChoose } = renderCombobox()
    await user.click(field)
    fireEvent.compositionEnd(field)
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 229, isComposing: false })
    expect(onChoose).not.toHaveBeenCalled()
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 })
    expect(onChoose).toHaveBeenCalled()
  })

  it('ignores Enter during a composition', async () => {
    const { user, field, onChoose } = renderCombobox()
    await user.click(field)
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true })
    expect(onChoose).not.toHaveBeenCalled()
  })
})
