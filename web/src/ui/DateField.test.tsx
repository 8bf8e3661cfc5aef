// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { changeLanguage, initI18n } from '@/i18n'
import { DateField } from './DateField'

beforeAll(async () => {
  Element.prototype.scrollIntoView = () => Promise.resolve() // jsdom has no layout
  await initI18n()
  await changeLanguage('en')
})
afterEach(cleanup)

function renderField(initial: string, range: { min?: string; max?: string; required?: boolean } = {}) {
  const onChange = vi.fn()
  function Form() {
    const [value, setValue] = useState(initial)
    return (
      <DateField
        label="Day"
        {...range}
        value={value}
        onChange={(next) => {
          onChange(next)
          setValue(next)
        }}
      />
    )
  }
  render(<Form />)
  return { onChange, user: userEvent.setup(), field: screen.getByRole<HTMLInputElement>('textbox', { name: 'Day' }) }
}

const dayButton = (day: string) => screen.getByRole('button', { name: new RegExp(`${day}\\b`) })

describe('DateField', () => {
  it('opens a calendar at its day, and a click chooses another', async () => {
    const { user, field, onChange } = renderField('2031-03-14')
    await user.click(screen.getByRole('button', { name: 'Open calendar' }))
    expect(await screen.findByRole('gridcell', { selected: true })).toHaveProperty('textContent', '14')
    expect(document.activeElement).toBe(dayButton('Mar 14'))
    await user.click(screen.getByRole('button', { name: 'Next month' }))
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Next month' }))
    await user.click(dayButton('Apr 30'))
    expect(onChange.mock.calls).toEqual([['2031-04-30']])
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(document.activeElement).toBe(field)
  })

  it('is used by keyboard', async () => {
    const { user, field, onChange } = renderField('2031-01-31')
    field.focus()
    await user.keyboard('{ArrowDown}')
    await screen.findByRole('grid')
    await user.keyboard('{PageDown}{ArrowUp}{ArrowRight}{Home}')
    expect(document.activeElement).toBe(dayButton('Feb 17'))
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('grid')).toBeNull()
    expect(document.activeElement).toBe(field)
    expect(onChange).not.toHaveBeenCalled()
    await user.keyboard('{ArrowDown}{End}{Shift>}{PageDown}{/Shift}{Enter}')
    expect(onChange.mock.calls).toEqual([['2032-02-02']])
  })

  it('takes a whole day while it is typed, and another notation when the field is left', async () => {
    const { user, field, onChange } = renderField('')
    fireEvent.change(field, { target: { value: '2031-03-14' } })
    expect(onChange.mock.calls).toEqual([['2031-03-14']])
    await user.clear(field)
    await user.type(field, '2031年4月1日')
    await user.tab()
    await user.tab()
    expect(onChange.mock.lastCall).toEqual(['2031-04-01'])
    expect(field.value).toBe('2031-04-01')
  })

  it('keeps what is no day, with a problem, and the value is empty', async () => {
    const { user, field, onChange } = renderField('2031-03-14')
    await user.clear(field)
    await user.type(field, '03/04/2031')
    fireEvent.blur(field)
    expect(onChange.mock.lastCall).toEqual([''])
    expect(field.value).toBe('03/04/2031')
    expect(screen.getByRole('alert').textContent).toBe('Enter a date such as 2026-01-31')
  })

  it('does not offer days outside of its range, and clears an optional day', async () => {
    const { user, field, onChange } = renderField('2031-03-14', { min: '2031-03-10', max: '2031-03-20' })
    await user.click(screen.getByRole('button', { name: 'Open calendar' }))
    await screen.findByRole('grid')
    expect(dayButton('Mar 9')).toHaveProperty('disabled', true)
    expect(dayButton('Mar 20')).toHaveProperty('disabled', false)
    await user.keyboard('{PageDown}')
    expect(document.activeElement).toBe(dayButton('Mar 20'))
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    expect(onChange.mock.calls).toEqual([['']])
    expect(field.value).toBe('')
  })
})
