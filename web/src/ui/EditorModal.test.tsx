// @vitest-environment jsdom

import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { changeLanguage, initI18n } from '@/i18n'
import { stubDialogs } from './dialog.testing'
import { EditorModal } from './EditorModal'
import { TextField } from './Field'
import { Modal } from './Modal'

const onClose = vi.fn()

beforeAll(async () => {
  stubDialogs()
  await initI18n()
  await changeLanguage('zh-CN')
})
beforeEach(() => onClose.mockReset())
afterEach(cleanup)

describe('EditorModal', () => {
  function renderEditor(dirty: boolean) {
    render(
      <EditorModal title="新建题目" dirty={dirty} busy={false} error={undefined} fieldPaths={[]} onSave={vi.fn()} onClose={onClose}>
        <TextField label="标题" defaultValue="" onChange={vi.fn()} />
      </EditorModal>,
    )
    return screen.getByRole('textbox')
  }

  it('closes on Escape without input', () => {
    fireEvent.keyDown(renderEditor(false), { key: 'Escape' })
    expect(onClose).toHaveBeenCalledOnce()
  })

  it.each([true, false])('asks before it discards input (dirty: %s)', (dirty) => {
    const field = renderEditor(dirty)
    if (!dirty) fireEvent.change(field, { target: { value: '五百个字' } })
    expect(fireEvent.keyDown(field, { key: 'Escape' })).toBe(false)
    expect(onClose).not.toHaveBeenCalled()
    const question = within(screen.getByRole('dialog', { name: '放弃修改？' }))
    fireEvent.click(question.getByRole('button', { name: '返回' }))
    expect(screen.queryByRole('dialog', { name: '放弃修改？' })).toBeNull()
    fireEvent.keyDown(field, { key: 'Escape' })
    fireEvent.click(screen.getByRole('button', { name: '放弃' }))
    expect(onClose).toHaveBeenCalledOnce()
  })
})

describe('Modal', () => {
  it('with ignoreEscape closes by its buttons only', () => {
    render(<Modal ignoreEscape title="令牌" onClose={onClose}><p>secret</p></Modal>)
    const dialog = screen.getByRole('dialog')
    fireEvent.keyDown(dialog, { key: 'Escape' })
    dialog.dispatchEvent(new Event('cancel', { cancelable: true }))
    expect(onClose).not.toHaveBeenCalled()
    fireEvent.click(screen.getByRole('button', { name: '关闭' }))
    expect(onClose).toHaveBeenCalledOnce()
  })

  it('leaves the Escape of an input method to it', () => {
    render(<Modal title="对话框" onClose={onClose}><input /></Modal>)
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape', keyCode: 229 })
    expect(onClose).not.toHaveBeenCalled()
  })
})
