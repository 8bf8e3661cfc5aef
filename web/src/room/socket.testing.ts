import type { Socket } from './client'
import type { ClientMessage, ServerMessage } from './protocol'

/** A socket whose server side is the test. */
export class FakeSocket implements Socket {
  bufferedAmount = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: ClientMessage[] = []
  closed = false

  send(frame: string): void {
    this.sent.push(JSON.parse(frame) as ClientMessage)
  }

  close(): void {
    this.closed = true
  }

  receive(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }

  sentOfType<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.sent.filter((message): message is Extract<ClientMessage, { type: T }> => message.type === type)
  }
}
