// @vitest-environment jsdom

import { QueryClient, QueryClientProvider, useMutation } from '@tanstack/react-query'
import { act, renderHook, waitFor } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { initI18n } from '@/i18n'
import { mergeInput, useEditForm } from './useEditForm'

interface Input {
  name: string
  tags: string[]
}

await initI18n()

/** Renders the hook with the given save function. */
function renderEditForm(answer: (input: Input) => Promise<Input>) {
  const client = new QueryClient()
  const closed: string[] = []
  const saved: Input[] = []
  const hook = renderHook(
    () =>
      useEditForm({
        initialInput: () => ({ name: '', tags: ['go'] }),
        save: useMutation<Input, Error, Input>({ mutationFn: answer }),
        required: ['name'],
        onSaved: (one) => saved.push(one),
        onClose: () => closed.push('closed'),
        toPayload: (input) => ({ ...input, name: input.name.trim() }),
      }),
    { wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider> },
  )
  const editor = () => hook.result.current
  return { editor, closed, saved }
}

describe('useEditForm', () => {
  it('does not save with empty required fields, and reports them until filled', () => {
    const { editor, saved } = renderEditForm(() => Promise.reject(new Error('was asked')))
    expect(editor().problem('name')).toBeUndefined()
    act(() => editor().props.onSave())
    expect(editor().problem('name')?.code).toBe('required')
    expect(editor().props.busy).toBe(false)
    act(() => editor().set({ name: 'x' }))
    expect(editor().problem('name')).toBeUndefined()
    expect(saved).toEqual([])
  })

  it('passes the saved value to onSaved and closes', async () => {
    const { editor, closed, saved } = renderEditForm((input) => Promise.resolve(input))
    act(() => editor().set({ name: ' Rosa ' }))
    act(() => editor().props.onSave())
    await waitFor(() => expect(closed).toEqual(['closed']))
    expect(saved).toEqual([{ name: 'Rosa', tags: ['go'] }])
  })

  it('stays open on validation errors, including those of elements', async () => {
    const refusal = new Problem(422, 'error.fields', 'no', [{ path: 'tags[0]', code: 'x', message: 'too long' }])
    const { editor, closed } = renderEditForm(() => Promise.reject(refusal))
    act(() => editor().set({ name: 'Rosa' }))
    act(() => editor().props.onSave())
    await waitFor(() => expect(editor().problem('tags')?.message).toBe('too long'))
    expect(closed).toEqual([])
  })

  it('merges the change of another person and saves over it', async () => {
    interface Stored extends Input {
      version: number
    }
    const stored: Stored = { name: 'Rosa', tags: ['rust'], version: 2 }
    const sent: (Input & { version?: number })[] = []
    const save = (input: Input & { version?: number }): Promise<Stored> => {
      sent.push(input)
      if (input.version === stored.version) return Promise.resolve({ ...input, version: 3 })
      return Promise.reject(new Problem(409, 'candidate.changed_meanwhile', 'changed', [], undefined, stored))
    }
    const client = new QueryClient()
    const { result } = renderHook(
      () =>
        useEditForm<Input, Stored>({
          initialInput: () => ({ name: 'Rosa', tags: ['go'] }),
          save: useMutation<Stored, Error, Input>({ mutationFn: save }),
          required: ['name'],
          onClose: () => undefined,
          version: 1,
          toInput: ({ name, tags }) => ({ name, tags }),
        }),
      { wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider> },
    )
    act(() => result.current.set({ name: 'Rosalie' }))
    act(() => result.current.props.onSave())
    await waitFor(() => expect(result.current.input).toEqual({ name: 'Rosalie', tags: ['rust'] }))
    expect(result.current.props.error).toBeInstanceOf(Problem)
    act(() => result.current.props.onSave())
    await waitFor(() => expect(sent).toHaveLength(2))
    expect(sent[1]).toEqual({ name: 'Rosalie', tags: ['rust'], version: 2 })
  })
})

describe('a newer version of the stored object', () => {
  interface Stored extends Input {
    version: number
  }
  function renderStored(initial: Stored, save: (input: Input) => Promise<Stored>) {
    const client = new QueryClient()
    return renderHook(
      ({ stored }: { stored: Stored }) =>
        useEditForm<Input, Stored>({
          initialInput: () => ({ name: stored.name, tags: stored.tags }),
          save: useMutation<Stored, Error, Input>({ mutationFn: save }),
          required: [],
          onClose: () => undefined,
          version: stored.version,
          toInput: ({ name, tags }) => ({ name, tags }),
        }),
      { initialProps: { stored: initial }, wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider> },
    )
  }

  it('is taken over by a form without edits', () => {
    const { result, rerender } = renderStored({ name: 'Rosa', tags: [], version: 1 }, () => Promise.reject(new Error('not saved')))
    rerender({ stored: { name: 'Ruth', tags: [], version: 2 } })
    expect(result.current.input.name).toBe('Ruth')
    expect(result.current.props.dirty).toBe(false)
  })

  it('leaves edits as they are, and is merged when they are saved', async () => {
    const newer: Stored = { name: 'Rosa', tags: ['rust'], version: 2 }
    const { result, rerender } = renderStored({ name: 'Rosa', tags: [], version: 1 }, () => Promise.reject(new Problem(409, 'x.changed_meanwhile', 'changed', [], undefined, newer)))
    act(() => result.current.set({ name: 'Rosalie' }))
    rerender({ stored: newer })
    expect(result.current.input).toEqual({ name: 'Rosalie', tags: [] })
    act(() => result.current.props.onSave())
    await waitFor(() => expect(result.current.input).toEqual({ name: 'Rosalie', tags: ['rust'] }))
  })

  it('is the edited one after saving, and what was typed meanwhile stays', async () => {
    let respond = (_: Stored) => {}
    const response = new Promise<Stored>((resolve) => (respond = resolve))
    const { result } = renderStored({ name: 'Rosa', tags: [], version: 1 }, () => response)
    act(() => result.current.set({ name: 'Rosalie' }))
    act(() => result.current.props.onSave())
    await waitFor(() => expect(result.current.props.busy).toBe(true))
    act(() => result.current.set({ tags: ['go'] }))
    await act(async () => {
      respond({ name: 'Rosalie', tags: [], version: 2 })
      await response
    })
    await waitFor(() => expect(result.current.props.busy).toBe(false))
    expect(result.current.input).toEqual({ name: 'Rosalie', tags: ['go'] })
    expect(result.current.props.dirty).toBe(true)
  })
})

describe('mergeInput', () => {
  it('keeps the edited fields and takes the others', () => {
    const base = { name: 'a', note: 'b', tags: ['x'] }
    const mine = { name: 'mine', note: 'b', tags: ['x'] }
    const theirs = { name: 'theirs', note: 'theirs', tags: ['y'] }
    expect(mergeInput(base, mine, theirs)).toEqual({ name: 'mine', note: 'theirs', tags: ['y'] })
  })
})
