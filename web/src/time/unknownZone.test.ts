import { afterEach, describe, expect, it, vi } from 'vitest'

/** Loads the module as in a browser without the zones. */
async function loadWithout(...missing: string[]) {
  const { DateTimeFormat } = Intl
  vi.resetModules()
  vi.spyOn(Intl, 'DateTimeFormat').mockImplementation(function (locales, options) {
    if (options?.timeZone && missing.includes(options.timeZone)) throw new RangeError(`Invalid time zone specified: ${options.timeZone}`)
    return new DateTimeFormat(locales, options)
  } as typeof DateTimeFormat)
  return { ...(await import('./zone')), ...(await import('./format')) }
}

afterEach(() => vi.restoreAllMocks())

describe('a zone that the browser lacks', () => {
  it('has an earlier name', async () => {
    const { toWallClock, formatTimeZone, formatDateTime } = await loadWithout('Europe/Kyiv')
    expect(toWallClock(new Date('2026-11-25T12:00:00Z'), 'Europe/Kyiv')).toEqual({ day: '2026-11-25', clock: '14:00' })
    expect(formatTimeZone('Europe/Kyiv', new Date('2026-11-25T12:00:00Z'))).toContain('GMT+2')
    expect(formatDateTime('2026-11-25T12:00:00Z', 'Europe/Kyiv')).toContain('14:00')
  })

  it('is unknown: times are in UTC, with its name', async () => {
    const { toInstant, formatTime, formatTimeZone } = await loadWithout('Mars/Olympus')
    expect(formatTime('2026-11-25T12:00:00Z', 'Mars/Olympus')).toBe('12:00')
    expect(toInstant('2026-11-25', '12:00', 'Mars/Olympus').toISOString()).toBe('2026-11-25T12:00:00.000Z')
    expect(formatTimeZone('Mars/Olympus')).toContain('(GMT)')
  })
})
