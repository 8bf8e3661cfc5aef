import type admin from '@/i18n/admin/zh-CN.json'

type ScopeName = keyof (typeof admin)['tokens']['scope']

/** The text id of a scope. The colon is replaced, because i18next uses it as the namespace separator. */
export function scopeTextId(scope: string): `tokens.scope.${ScopeName}` {
  return `tokens.scope.${scope.replace(':', '_') as ScopeName}`
}
