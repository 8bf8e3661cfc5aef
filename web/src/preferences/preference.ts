import { useSyncExternalStore } from 'react'

/** A choice that the browser keeps in localStorage. A change takes effect in all tabs. */
export class Preference<T extends string> {
  private current: T
  private readonly listeners = new Set<() => void>()

  /** The first of the values is the default. */
  constructor(
    private readonly key: string,
    readonly values: readonly [T, ...T[]],
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
    try {
      localStorage.setItem(this.key, value)
    } catch {
      // Storage is unavailable: the choice is kept in memory only.
    }
    this.update(value)
  }

  private read(): T {
    const fallback = this.values[0]
    try {
      const stored = localStorage.getItem(this.key)
      return this.values.find((value) => value === stored) ?? fallback
    } catch {
      return fallback
    }
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
