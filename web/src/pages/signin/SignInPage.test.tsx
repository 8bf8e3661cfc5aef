// @vitest-environment jsdom

import { QueryClient } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { Route, Routes } from 'react-router'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { sessionQuery } from '@/api/session'
import { changeLanguage, initI18n, loadNamespace } from '@/i18n'
import { newSession, PageProviders } from '@/ui/interview.testing'
import SignInPage from './index'

beforeAll(async () => {
  await initI18n()
  await changeLanguage('en')
  await loadNamespace('signin')
})
afterEach(cleanup)

/** Shows the page to a member with a session, and reports whether it continues to the requested page. */
function continues(error: string) {
  const session = newSession('林悦', 'recruiter')
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } })
  client.setQueryData(sessionQuery.queryKey, session)
  render(
    <PageProviders session={session} client={client} path={`/signin?next=/interviews${error}`}>
      <Routes>
        <Route path="/signin" element={<SignInPage />} />
        <Route path="/interviews" element={<p>interviews</p>} />
      </Routes>
    </PageProviders>,
  )
  return screen.queryByText('interviews') !== null
}

it.each([
  ['without an error', '', true],
  ['when another request has used the code', '&error=signin.code', true],
  ['when another request has used the state', '&error=signin.state', true],
  ['not when WeCom names another member', '&error=signin.other_account', false],
  ['not when the member is refused', '&error=signin.not_member', false],
])('a signed-in member continues %s', (_, error, expected) => expect(continues(error)).toBe(expected))
