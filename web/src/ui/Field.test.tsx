// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { initI18n } from '@/i18n'
import { AreaField, TextField } from './Field'
import { measureText } from './textLimit'

beforeAll(initI18n)
afterEach(cleanup)

describe.each([['TextField', TextField], ['AreaField', AreaField]] as const)('%s', (_, FieldOf) => {
  function Form() {
    const [value, setValue] = useState('')
    return <FieldOf label="备注" value={value} limit={3} onChange={setValue} />
  }

  it('keeps a text that is too long and reports it', () => {
    render(<Form />)
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: '备注' })
    fireEvent.change(field, { target: { value: '😀😀😀' } })
    expect(field.getAttribute('aria-invalid')).toBeNull()
    fireEvent.change(field, { target: { value: '😀😀😀😀' } })
    expect(field.value).toBe('😀😀😀😀')
    expect(field.hasAttribute('maxlength')).toBe(false)
    expect(field.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByRole('alert').textContent).toMatch(/3.*4|4.*3/)
  })
})

it.each([
  ['characters', 3],
  ['units', 4],
  ['bytes', 8],
] as const)('measureText counts %s', (unit, size) => {
  expect(measureText('a😀面', unit)).toBe(size)
})
