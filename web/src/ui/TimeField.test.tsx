// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { changeLanguage, initI18n } from '@/i18n'
import { TimeField } from './TimeField'

beforeAll(async () => {
  Element.prototype.scrollIntoView = () => {} // jsdom has no layout
  await initI18n()
  await changeLanguage('en')
})
afterEach(cleanup)

function renderField(initial = '14:30') {
  const onChange = vi.fn()
  function Form() {
    const [value, setValue] = useState(initial)
    return (
      <TimeField
        label="Start"
        value={value}
        onChange={(next) => {
          onChange(next)
          setValue(next)
        }}
      />
    )
  }
  render(<Form />)
  return { onChange, user: userEvent.setup(), field: screen.getByRole<HTMLInputElement>('combobox', { name: 'Start' }) }
}

describe('TimeField', () => {
  it('opens on a click at its time, and the list chooses another', async () => {
    const { user, field, onChange } = renderField()
    await user.click(field)
    expect(screen.getByRole('option', { name: /14:30/ }).getAttribute('aria-selected')).toBe('true')
    expect(document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent).toContain('14:30')
    await user.click(screen.getByRole('option', { name: '09:15' }))
    expect(onChange.mock.calls).toEqual([['09:15']])
    expect(screen.queryByRole('listbox')).toBeNull()
  })

  it('is used by keyboard', async () => {
    const { user, field, onChange } = renderField()
    field.focus()
    await user.keyboard('{ArrowDown}{ArrowDown}{PageDown}{Enter}')
    expect(onChange.mock.calls).toEqual([['15:45']])
    await user.keyboard('{ArrowUp}{Escape}')
    expect(screen.queryByRole('listbox')).toBeNull()
    expect(onChange).toHaveBeenCalledTimes(1)
  })

  it('takes a whole time while it is typed, and another notation when the field is left', async () => {
    const { user, field, onChange } = renderField()
    fireEvent.change(field, { target: { value: '10:05' } })
    expect(onChange.mock.calls).toEqual([['10:05']])
    await user.clear(field)
    await user.type(field, '下午3点半')
    await user.tab()
    expect(onChange.mock.lastCall).toEqual(['15:30'])
    expect(field.value).toBe('15:30')
  })

  it('keeps what is no time, with a problem, and the value is empty', async () => {
    const { user, field, onChange } = renderField()
    await user.clear(field)
    await user.type(field, '25 Uhr')
    await user.tab()
    expect(onChange.mock.lastCall).toEqual([''])
    expect(field.value).toBe('25 Uhr')
    expect(screen.getByRole('alert').textContent).toBe('Enter a time such as 14:30')
    await user.clear(field)
    await user.tab()
    expect(screen.queryByRole('alert')).toBeNull()
  })
})
