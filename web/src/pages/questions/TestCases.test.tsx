// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ProblemField, Session, StarterCode, TestSuite } from '@/api/types'
import { SessionContext } from '@/app/useSession'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { TestCasesFields } from './TestCases'

const generate = vi.hoisted(() => vi.fn<(path: string, options: { body: unknown }) => unknown>())
vi.mock('@/api/client', () => ({
  api: { POST: (path: string, options: { body: unknown }) => Promise.resolve(generate(path, options)) },
  unwrap: (data: unknown) => data,
}))

beforeAll(async () => {
  await initI18n()
  await loadNamespace('questions')
  await changeLanguage('en')
})
afterEach(cleanup)

let current: TestSuite
let generated: StarterCode[] = []
const session = { features: { sandbox: { languages: [{ id: 'python', name: 'Python' }, { id: 'go', name: 'Go' }] } } } as Session

function Editor({ initial, problems = {} }: { initial: TestSuite; problems?: Record<string, ProblemField> }) {
  const [value, setValue] = useState(initial)
  current = value
  return (
    <SessionContext value={session}>
      <QueryClientProvider client={new QueryClient()}>
        <TestCasesFields
          value={value}
          problemAt={(path) => problems[path]}
          onChange={setValue}
          onStarterCode={(list) => {
            generated = list
          }}
        />
      </QueryClientProvider>
    </SessionContext>
  )
}

const caseAt = (number: number) => within(screen.getByRole('group', { name: `Case ${number}` }))
const click = (number: number, name: string) => fireEvent.click(caseAt(number).getByRole('button', { name }))
const inputs = () => current.cases.map(({ input }) => input)

describe('the test cases of a question', () => {
  it('are added, duplicated, moved and removed', () => {
    render(<Editor initial={{ cases: [] }} />)
    fireEvent.click(screen.getByRole('button', { name: 'Add test case' }))
    fireEvent.change(caseAt(1).getByLabelText('Standard input'), { target: { value: 'a' } })
    click(1, 'Duplicate')
    const second = caseAt(2).getByLabelText('Standard input')
    fireEvent.change(second, { target: { value: 'b' } })
    expect(inputs()).toEqual(['a', 'b'])
    click(2, 'Move up')
    expect(inputs()).toEqual(['b', 'a'])
    expect(caseAt(1).getByLabelText('Standard input')).toBe(second) // it keeps its element, and so its focus
    click(1, 'Remove')
    expect(inputs()).toEqual(['a'])
    fireEvent.click(caseAt(1).getByLabelText('Hidden from the candidate'))
    expect(current.cases[0]?.hidden).toBe(true)
  })

  it('change the comparison with the mode', () => {
    render(<Editor initial={{ comparison: 'trimmed', cases: [{ input: '', expected: '' }] }} />)
    fireEvent.click(screen.getByLabelText('Function call'))
    expect(current).toMatchObject({ mode: 'function', comparison: 'exact' })
    fireEvent.change(screen.getByLabelText('Comparison'), { target: { value: 'numeric' } })
    expect(current.tolerance).toBeGreaterThan(0)
    expect(screen.getByLabelText('Arguments (JSON array)')).toBeTruthy()
  })

  it('declare the signature of their function, from which starter code is generated', async () => {
    render(<Editor initial={{ mode: 'function', function: 'f', cases: [{ input: '[1]', expected: '1' }] }} />)
    expect(screen.getByText(/in Python and JavaScript only/)).toBeTruthy()
    fireEvent.click(screen.getByLabelText('Declare the types of the parameters and the result'))
    fireEvent.click(screen.getByRole('button', { name: 'Add parameter' }))
    const second = within(screen.getByRole('group', { name: 'Parameter 2' }))
    fireEvent.change(second.getByLabelText('Name'), { target: { value: 'target' } })
    fireEvent.change(second.getByLabelText('Type'), { target: { value: 'string[][]' } })
    fireEvent.click(screen.getByRole('button', { name: 'Remove parameter 1' }))
    expect(current.signature).toEqual({ parameters: [{ name: 'target', type: 'string[][]' }], result: 'int' })
    generate.mockReturnValue({ starterCode: [{ language: 'go', code: 'func f' }, { language: 'java', code: 'class' }] })
    fireEvent.click(screen.getByRole('button', { name: 'Generate starter code' }))
    await waitFor(() => expect(screen.getByRole('status').textContent).toContain('Generated'))
    expect(generate).toHaveBeenCalledWith('/api/questions/starter-code', { body: { function: 'f', signature: current.signature } })
    expect(generated).toEqual([{ language: 'go', code: 'func f' }]) // Java is not in the sandbox
  })

  it('have a checker with the comparison', () => {
    render(<Editor initial={{ cases: [{ input: '1', expected: '1' }] }} />)
    fireEvent.change(screen.getByLabelText('Comparison'), { target: { value: 'checker' } })
    expect(current.checker).toMatchObject({ language: 'python' })
    expect(current.checker?.code).toContain('input, expected, actual')
    fireEvent.change(screen.getByLabelText(/Code of the checker/), { target: { value: 'x' } })
    expect(current.checker?.code).toBe('x')
    fireEvent.change(screen.getByLabelText('Comparison'), { target: { value: 'exact' } })
    expect(current.checker).toBeUndefined()
  })

  it('show the problem of each field', () => {
    const problem = { path: 'tests.cases[1].input', code: 'field.not_json_array', message: 'Enter a JSON array' }
    render(<Editor initial={{ mode: 'function', function: 'f', cases: [{ input: '[]', expected: '1' }, { input: 'x', expected: '1' }] }} problems={{ [problem.path]: problem }} />)
    expect(caseAt(2).getByLabelText('Arguments (JSON array)').getAttribute('aria-invalid')).toBe('true')
    expect(caseAt(1).getByLabelText('Arguments (JSON array)').getAttribute('aria-invalid')).toBeNull()
  })

  it('are at most 50', () => {
    render(<Editor initial={{ cases: Array.from({ length: 50 }, () => ({ input: '', expected: '' })) }} />)
    const isDisabled = (text: string) => screen.getAllByText(text).every((label) => label.closest('button')?.disabled)
    expect(isDisabled('Add test case')).toBe(true)
    expect(isDisabled('Duplicate')).toBe(true)
    expect(isDisabled('Remove')).toBe(false)
  })
})
