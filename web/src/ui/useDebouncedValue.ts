import { useEffect, useState } from 'react'

/** The value after it has not changed for the given time, so that a search is requested after typing stops. */
export function useDebouncedValue<T>(value: T, milliseconds = 250): T {
  const [debounced, setDebounced] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return debounced
}
