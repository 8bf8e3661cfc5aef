// Validator combinators: a received value has the members that its type declares.

export type Validator<T> = (value: unknown) => value is T

// One validator for each member of T. Optional members are wrapped in `optional`, so a member that
// is added to a type must also be added here, or the compiler reports an error.
export type Shape<T> = { [K in keyof T]-?: Validator<T[K]> }

export const isString: Validator<string> = (value): value is string => typeof value === 'string'
export const isBoolean: Validator<boolean> = (value): value is boolean => typeof value === 'boolean'
export const isInteger: Validator<number> = (value): value is number => Number.isSafeInteger(value)
export const isNumber: Validator<number> = (value): value is number => typeof value === 'number'

export function oneOf<const T extends string>(...choices: T[]): Validator<T> {
  return (value): value is T => (choices as unknown[]).includes(value)
}

export function optional<T>(check: Validator<T>): Validator<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value)
}

export function nullable<T>(check: Validator<T>): Validator<T | null> {
  return (value): value is T | null => value === null || check(value)
}

export function arrayOf<T>(check: Validator<T>): Validator<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(check)
}

export function recordOf<T>(check: Validator<T>): Validator<Record<string, T>> {
  return (value): value is Record<string, T> => isRecord(value) && Object.values(value).every(check)
}

// Unknown members are accepted: a newer server may send more.
export function objectOf<T>(shape: Shape<T>): Validator<T> {
  const checks = Object.entries(shape) as [string, Validator<unknown>][]
  return (value): value is T => isRecord(value) && checks.every(([name, check]) => check(value[name]))
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
