import { useEffect, useState } from 'react'

/** The value once it has been still for a while: a search is asked after the typing, not during it. */
export function useDebouncedValue<T>(value: T, milliseconds = 250): T {
  const [debounced, setDebounced] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return debounced
}
