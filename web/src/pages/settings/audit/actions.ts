// The actions of the audit log with a text, by the type of their object. An action without
// one is displayed as it is.
export const actions = {
  interview: ['schedule', 'edit', 'cancel', 'start', 'end', 'decide', 'link', 'link_shown', 'export', 'accepted', 'declined', 'add_question', 'extend', 'late', 'reopen'],
  loop: ['create', 'move', 'cancel'],
  offer: ['create', 'reoffer', 'extend', 'withdraw', 'link_shown', 'request', 'book', 'expire', 'readdress'],
  substitution: ['open', 'accept', 'decline', 'on', 'off'],
  pool: ['update'],
  scorecard: ['open', 'save_embedded', 'submit', 'remind', 'excuse', 'require'],
  candidate: ['create', 'update', 'erase', 'hold', 'release_hold', 'export', 'debrief_export', 'upload_file', 'read_file', 'delete_file'],
  position: ['create', 'update', 'delete', 'hiring_managers'],
  hiring: ['settings', 'department'],
  question: ['create', 'update', 'check', 'check_cancel', 'review', 'import', 'export'],
  exam: ['send'],
  message: ['retry', 'cancel'],
  member: ['sign_in', 'sign_out', 'link_identity', 'unlink_identity', 'roles'],
  sessions: ['end'],
  token: ['create', 'revoke'],
  webhook: ['create', 'update', 'delete', 'rotate', 'resend'],
  showmebug: ['connect', 'disconnect', 'contact', 'sync'],
  room: ['default'],
  appointment: ['settings'],
  availability: ['company', 'member'],
  notification: ['company', 'member'],
  consent: ['text'],
  mail_template: ['edit'],
  calibration: ['create', 'edit', 'close', 'reopen', 'delete', 'submit'],
  decision_mail: ['schedule', 'edit', 'cancel', 'settings'],
  approval: ['settings', 'request', 'submit', 'approved', 'rejected', 'withdrawn', 'revoked', 'deleted', 'pending', 'fail', 'cancel', 'supersede'],
  customer_service: ['settings', 'answer', 'link'],
  smart_bot: ['settings'],
  scorecard_template: ['create', 'edit', 'archive', 'restore'],
  job: ['retry', 'cancel'],
  insight: ['export'],
  audit: ['export', 'verify'],
} as const

export type ActionGroup = keyof typeof actions

export const groups = Object.keys(actions) as ActionGroup[]

/** Returns the key of an action's text, undefined for an unknown action. */
export function actionKey(action: string): string | undefined {
  const [group = '', verb = ''] = action.split('.', 2)
  const known: readonly string[] | undefined = Object.hasOwn(actions, group) ? actions[group as ActionGroup] : undefined
  return known?.includes(verb) ? `audit.actions.${group}.${verb}` : undefined
}
