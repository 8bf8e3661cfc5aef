import { createContext, useContext } from 'react'
import type { Act, Role, Session } from '@/api/types'

export const SessionContext = createContext<Session | null>(null)

/** The current session. Must be used below Shell. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession outside of the shell')
  return session
}

export function useTimeZone(): string {
  return useSession().corp.timeZone
}

/** Whether the user has the act in the whole company. */
export function hasAct(session: Session, act: Act): boolean {
  return session.acts.includes(act)
}

/** Whether the user has the act in the whole company, or on the positions of which they are hiring manager. */
export function hasActSomewhere(session: Session, act: Act): boolean {
  return hasAct(session, act) || session.managedActs.includes(act)
}

/** Whether the user has one of the roles. Administrators have the permissions of recruiters. */
export function hasRole(session: Session, ...roles: Role[]): boolean {
  return session.roles.some((role) => roles.includes(role) || (role === 'administrator' && roles.includes('recruiter')))
}
