import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Navigate, useSearchParams } from 'react-router'
import { sessionQuery, signInOptionsQuery } from '@/api/session'
import { LanguageSelect } from '@/app/LanguageSelect'
import { Logo } from '@/app/Logo'
import { useDocumentTitle } from '@/ui/Page'
import { Note } from '@/ui/feedback'
import './signin.css'

// Error codes of a failed sign-in, without their prefix.
const SIGNIN_ERRORS = [
  'state',
  'refused',
  'code',
  'not_member',
  'out_of_range',
  'configuration',
  'wecom_away',
  'wecom_unconfigured',
  'oidc_refused',
  'oidc_token',
  'oidc_unverified',
  'oidc_domain',
  'oidc_away',
  'oidc_configuration',
  'oidc_unconfigured',
  'not_linked',
  'other_account',
] as const

/** signin.out_of_range → out_of_range; unknown codes give 'failed'. */
export function signInError(code: string | null) {
  if (!code) return undefined
  const name = code.replace(/^(signin|account)\./, '')
  return SIGNIN_ERRORS.find((one) => one === name) ?? 'failed'
}

// Prevents an open redirect: only paths of this site are accepted.
export function safeRedirectPath(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/'
}

export default function SignInPage() {
  const { t } = useTranslation(['translation', 'signin'])
  useDocumentTitle(t('signin:title'))
  const [params] = useSearchParams()
  const session = useQuery(sessionQuery)
  const provider = useQuery(signInOptionsQuery).data?.oidc
  const next = safeRedirectPath(params.get('next'))
  const reason = signInError(params.get('error'))
  // A code or state that is used twice: another request with the same one has signed in, in this window or in another.
  const isSignedIn = session.data && (!reason || reason === 'code' || reason === 'state')
  if (isSignedIn) return <Navigate replace to={next} />
  return (
    <main className="hm-signin">
      <div className="hm-signin__box">
        <Logo size={56} />
        <h1>{t('app.name')}</h1>
        <p className="hm-muted">{t('app.tagline')}</p>
        {reason && <Note tone="error">{t(`signin:reasons.${reason}`)}</Note>}
        {!reason && params.has('signed_out') && <Note tone="success">{t('signin:signedOut')}</Note>}
        {/* Not a client-side route: the server redirects to WeCom. */}
        <a className="t-button t-button--theme-primary t-button--variant-base t-size-l t-size-full-width" href={`/auth/wecom/start?next=${encodeURIComponent(next)}`}>
          <span className="t-button__text">{reason ? t('signin:again') : t('signin:start')}</span>
        </a>
        {provider && (
          <a className="t-button t-button--theme-default t-button--variant-outline t-size-l t-size-full-width" href={`/auth/oidc/start?next=${encodeURIComponent(next)}`}>
            <span className="t-button__text">{t('signin:provider', { name: provider.name })}</span>
          </a>
        )}
        <p className="hm-small hm-muted">{t('signin:candidate')}</p>
        <div className="hm-signin__language">
          <LanguageSelect bare />
        </div>
      </div>
    </main>
  )
}
