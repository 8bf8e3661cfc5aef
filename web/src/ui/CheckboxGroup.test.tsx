// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, expect, it } from 'vitest'
import { CheckboxGroup } from './CheckboxGroup'

afterEach(cleanup)

function Form() {
  const [value, setValue] = useState<string[]>(['b'])
  return <CheckboxGroup label="默认题目" choices={[{ id: 'a', label: '两数之和' }, { id: 'b', label: 'LRU 缓存' }]} value={value} onChange={setValue} />
}

it('checkboxes are reached by Tab and toggled by Space', async () => {
  const user = userEvent.setup()
  render(<Form />)
  const [first, second] = screen.getAllByRole<HTMLInputElement>('checkbox')
  await user.tab()
  expect(document.activeElement).toBe(first)
  await user.keyboard(' ')
  expect(first?.checked).toBe(true)
  await user.tab()
  expect(document.activeElement).toBe(second)
  await user.keyboard(' ')
  expect(second?.checked).toBe(false)
  await user.click(screen.getByText('两数之和'))
  expect(first?.checked).toBe(false)
})
