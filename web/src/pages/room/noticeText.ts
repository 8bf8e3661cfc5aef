import i18next from 'i18next'

type NoticeId =
  | 'offline'
  | 'too_large'
  | 'restored'
  | 'forbidden'
  | 'ended'
  | 'not_found'
  | 'invalid'
  | 'rate'
  | 'full'
  | 'busy'
  | 'conflict'
  | 'extend.limit'
  | 'question_add.limit'
  | 'reopen.late'
  | 'run.busy'
  | 'run.stdin'
  | 'run.version'
  | 'run.unavailable'
  | 'run.language'
  | 'run.preview'
  | 'run.no_tests'
  | 'run.tests_language'
  | 'terminal.full'
  | 'drawing.invalid'
  | 'drawing.count'
  | 'drawing.size'
  | 'drawing.unsupported'
  | 'file.path'
  | 'file.path_length'
  | 'file.character'
  | 'file.exists'
  | 'file.count'
  | 'file.size'
  | 'file.entry'
  | 'file.language'
  | 'file.binary'
  | 'file.zip'

const knownCodes = new Set<string>([
  'offline',
  'too_large',
  'restored',
  'forbidden',
  'ended',
  'not_found',
  'invalid',
  'rate',
  'full',
  'busy',
  'conflict',
  'extend.limit',
  'question_add.limit',
  'reopen.late',
  'run.busy',
  'run.stdin',
  'run.version',
  'run.unavailable',
  'run.language',
  'run.preview',
  'run.no_tests',
  'run.tests_language',
  'terminal.full',
  'drawing.invalid',
  'drawing.count',
  'drawing.size',
  'drawing.unsupported',
  'file.path',
  'file.path_length',
  'file.character',
  'file.exists',
  'file.count',
  'file.size',
  'file.entry',
  'file.language',
  'file.binary',
  'file.zip',
] satisfies NoticeId[])

/** The message for an error code of the room protocol. */
export function noticeText(code: string): string {
  if (knownCodes.has(code)) return i18next.t(`notice.${code as NoticeId}`, { ns: 'room' })
  if (code === 'push.full') return i18next.t('notice.full', { ns: 'room' })
  if (code.startsWith('push.')) return i18next.t('notice.push.refused', { ns: 'room' })
  return i18next.t('notice.unknown', { ns: 'room', code })
}
