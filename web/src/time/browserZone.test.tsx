// @vitest-environment jsdom

import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JoinInfo } from '@/api/join'
import { initI18n, loadNamespace } from '@/i18n'
import { JoinFacts } from '@/pages/join/JoinFacts'
import { RoomContext, useRoomTimeZone } from '@/pages/room/RoomContext'
import type { RoomInfo } from '@/room/protocol'
import type { RoomSession } from '@/room/session'
import { isForeignZone } from './format'
import { browserTimeZone } from './zone'

// Chromium 156 reports Etc/Unknown when it is started with TZ=Foo/Bar, and its Intl rejects that name.
function setBrowserZone(zone: string | undefined): void {
  const options = Intl.DateTimeFormat('en-US', { timeZone: 'UTC' }).resolvedOptions()
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({ ...options, timeZone: zone as string })
}

const join: JoinInfo = {
  title: '后端工程师 · 一面', state: 'scheduled', company: '星河科技', candidateName: '李雷', positionTitle: '后端工程师', durationMinutes: 60,
  startsAt: '2026-11-24T06:00:00Z', timeZone: 'Asia/Shanghai', contact: { name: '林悦' }, room: { kind: 'builtin', provider: 'builtin' },
} as unknown as JoinInfo

beforeAll(async () => {
  await initI18n()
  await loadNamespace('room')
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe.each(['Etc/Unknown', 'Foo/Bar', '', undefined])('in a browser with the zone %j', (zone) => {
  it('browserTimeZone is the fallback', () => {
    setBrowserZone(zone)
    expect(browserTimeZone('Asia/Shanghai')).toBe('Asia/Shanghai')
  })

  it('no zone is foreign', () => {
    setBrowserZone(zone)
    expect(isForeignZone('Asia/Tokyo', new Date())).toBe(false)
  })

  it('the join page shows the time of the company', () => {
    setBrowserZone(zone)
    const { container } = render(<JoinFacts join={join} />)
    expect(container.textContent).toContain('14:00–15:00')
  })

  it('the room uses the zone of the interview', () => {
    setBrowserZone(zone)
    const Zone = () => <>{useRoomTimeZone()}</>
    const value = { session: {} as RoomSession, roomInfo: { timeZone: 'Asia/Tokyo' } as RoomInfo, leave: () => undefined }
    const { container } = render(<RoomContext value={value}><Zone /></RoomContext>)
    expect(container.textContent).toBe('Asia/Tokyo')
  })
})

it('a known zone of the browser is used', () => {
  setBrowserZone('America/New_York')
  expect(browserTimeZone('Asia/Shanghai')).toBe('America/New_York')
  expect(isForeignZone('Asia/Shanghai', new Date())).toBe(true)
})
