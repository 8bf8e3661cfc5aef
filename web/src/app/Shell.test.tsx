// @vitest-environment jsdom

import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '@/api/types'
import { changeLanguage, initI18n } from '@/i18n'
import { newSession, PageProviders } from '@/ui/interview.testing'
import { SendingOffNote } from './Shell'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('en')
})
afterEach(cleanup)

function showNote(paused: boolean, ...roles: Role[]) {
  const session = newSession('林悦', ...roles)
  session.features.sending.paused = paused
  render(
    <PageProviders session={session}>
      <SendingOffNote session={session} />
    </PageProviders>,
  )
  return screen.queryByText(/HUIMIAN_SEND=off/)
}

describe('SendingOffNote', () => {
  it('is shown to administrators while nothing is sent', () => {
    expect(showNote(true, 'administrator')).not.toBeNull()
  })

  it('is not shown to other members', () => {
    expect(showNote(true, 'recruiter')).toBeNull()
  })

  it('is not shown while messages are sent', () => {
    expect(showNote(false, 'administrator')).toBeNull()
  })
})
