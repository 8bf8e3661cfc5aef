// @vitest-environment jsdom

import { describe, expect, it } from 'vitest'
import { safeRedirectPath, signInError } from './index'

describe('signInError', () => {
  it.each([
    [null, undefined],
    ['signin.out_of_range', 'out_of_range'],
    ['account.wecom_unconfigured', 'wecom_unconfigured'],
    ['state', 'state'],
    ['signin.oidc_unverified', 'oidc_unverified'],
    ['account.oidc_unconfigured', 'oidc_unconfigured'],
    ['something else', 'failed'],
  ])('%s → %s', (code, reason) => expect(signInError(code)).toBe(reason))
})

describe('safeRedirectPath', () => {
  it.each([
    ['/interviews/1?view=week', '/interviews/1?view=week'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    [null, '/'],
  ])('%s → %s', (next, path) => expect(safeRedirectPath(next)).toBe(path))
})
