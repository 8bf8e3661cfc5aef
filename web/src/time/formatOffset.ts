/** 1:02:03, or 02:03 within the first hour. */
export function formatOffset(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000)
  const pad = (value: number) => String(value).padStart(2, '0')
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  const hours = Math.floor(seconds / 3_600)
  return hours > 0 ? `${hours}:${rest}` : rest
}
