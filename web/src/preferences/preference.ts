import { useSyncExternalStore } from 'react'
import { readStored, writeStored } from './storage'

/** A choice that the browser keeps in localStorage. A change takes effect in all tabs. */
export class Preference<T extends string> {
  private current: T
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly key: string,
    readonly values: readonly T[],
    private readonly fallback: T,
  ) {
    this.current = this.read()
    globalThis.addEventListener?.('storage', (event) => {
      if (event.key === key || event.key === null) this.update(this.read())
    })
  }

  readonly get = (): T => this.current

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  set(value: T): void {
    writeStored(this.key, value)
    this.update(value)
  }

  private read(): T {
    const stored = readStored(this.key)
    return this.values.find((value) => value === stored) ?? this.fallback
  }

  private update(value: T): void {
    if (value === this.current) return
    this.current = value
    for (const listener of this.listeners) listener()
  }
}

export function usePreference<T extends string>(preference: Preference<T>): T {
  return useSyncExternalStore(preference.subscribe, preference.get)
}
