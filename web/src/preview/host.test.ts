// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Page } from './compose'
import { MAX_ENTRIES, PreviewHost } from './host'

const page: Page = { path: 'index.html', page: ['<p>'], files: [{ path: 'script.js', type: 'text/javascript', parts: [] }], missing: ['style.css'] }

interface FakePort {
  onmessage?: (event: { data: unknown }) => void
  postMessage: ReturnType<typeof vi.fn>
  close: () => void
}

let host: PreviewHost
let container: HTMLElement

const frame = () => container.querySelector('iframe')
const createPort = (): FakePort => ({ postMessage: vi.fn(), close: () => undefined })

/** A message of the frame's window, with a port. */
function sendToWindow(data: unknown, port?: FakePort, source: MessageEventSource | null | undefined = frame()?.contentWindow): void {
  const event = new MessageEvent('message', { data, source: source ?? null })
  Object.defineProperty(event, 'ports', { value: port ? [port] : [] })
  window.dispatchEvent(event)
}

function connect(): FakePort {
  const port = createPort()
  sendToWindow({ type: 'preview-ready' }, port)
  return port
}

const log = (port: FakePort, count: number) => port.onmessage?.({ data: { type: 'console', entries: Array.from({ length: count }, (_, index) => ({ level: 'log', text: String(index) })), dropped: 1 } })

beforeEach(() => {
  vi.useFakeTimers()
  container = document.createElement('div')
  document.body.replaceChildren(container)
  host = new PreviewHost(container, 'page')
  host.show(page)
})

afterEach(() => {
  host.destroy()
  vi.useRealTimers()
})

describe('PreviewHost', () => {
  it('sends the page to the first port of its own frame alone', () => {
    expect(frame()?.getAttribute('sandbox')).toBe('allow-scripts allow-forms')
    const foreign = createPort()
    sendToWindow({ type: 'preview-ready' }, foreign, window)
    const port = connect()
    const second = connect()
    expect(foreign.postMessage).not.toHaveBeenCalled()
    expect(second.postMessage).not.toHaveBeenCalled()
    expect(port.postMessage).toHaveBeenCalledWith({ type: 'show', path: 'index.html', page: ['<p>'], files: page.files })
    port.onmessage?.({ data: { type: 'shown' } })
    expect(host.getSnapshot()).toMatchObject({ state: 'shown', entries: [{ level: 'missing', text: 'style.css' }] })
  })

  it('keeps a limited number of entries, with the places of files of the page', () => {
    const port = connect()
    port.onmessage?.({ data: { type: 'console', entries: [{ level: 'error', text: 'a', path: 'script.js', line: 2 }, { level: 'error', text: 'b', path: 'https://example.com', line: 3 }], dropped: 0 } })
    expect(host.getSnapshot().entries.slice(1)).toMatchObject([{ text: 'a', path: 'script.js', line: 2 }, { text: 'b' }])
    expect(host.getSnapshot().entries[2]).not.toHaveProperty('path')
    for (let count = 0; count < 6; count++) log(port, 100)
    expect(host.getSnapshot().entries).toHaveLength(MAX_ENTRIES)
    expect(host.getSnapshot().dropped).toBe(6 + 3 + 600 - MAX_ENTRIES)
  })

  it('removes a page that does not respond, and shows it again on request', () => {
    const port = connect()
    vi.advanceTimersByTime(4_000)
    port.onmessage?.({ data: { type: 'pong', id: 4 } })
    vi.advanceTimersByTime(5_000)
    expect(host.isStopped).toBe(false)
    vi.advanceTimersByTime(1_000)
    expect(host.getSnapshot().state).toBe('unresponsive')
    expect(host.isStopped).toBe(true)
    expect(frame()).toBeNull()
    host.show(page)
    expect(host.isStopped).toBe(false)
    vi.advanceTimersByTime(6_000)
    expect(host.getSnapshot().state).toBe('failed') // no document has loaded
  })

  it('removes a page that sends too many messages', () => {
    connect()
    for (let count = 0; count < 499; count++) sendToWindow('x')
    expect(host.isStopped).toBe(false)
    sendToWindow('x')
    expect(host.getSnapshot().state).toBe('flood')
    expect(frame()).toBeNull()
  })

  it('does not show a page again by itself after one that the browser did not survive', () => {
    const next = new PreviewHost(container, 'page')
    expect(next.getSnapshot().state).toBe('interrupted')
    next.destroy()
    host.stop()
    const other = new PreviewHost(container, 'page')
    expect(other.getSnapshot().state).toBe('idle')
    other.destroy()
  })
})
