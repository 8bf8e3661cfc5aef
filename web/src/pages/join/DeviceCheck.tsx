import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CheckCircleIcon, ErrorCircleIcon, TimeIcon } from '@/ui/icons'
import { measureRoundTrip } from '@/api/join'
import { useIsNarrow } from '@/ui/useIsNarrow'

const SLOW_MS = 400

type Verdict = 'good' | 'fair' | 'bad' | 'open'

/** Checks network, browser and screen before the interview. */
export function DeviceCheck({ checkScreen }: { checkScreen: boolean }) {
  const { t } = useTranslation('room')
  const narrow = useIsNarrow()
  const supported = isBrowserSupported()
  return (
    <section>
      <h2>{t('join.check')}</h2>
      <ul className="room-checks">
        <NetworkCheck />
        <CheckItem verdict={supported ? 'good' : 'bad'} name={t('join.browser')} text={supported ? t('join.browserOk') : t('join.browserBad')} />
        {checkScreen && (
          <CheckItem verdict={narrow ? 'fair' : 'good'} name={t('join.screen')} text={narrow ? t('join.screenSmall') : t('join.screenOk')} />
        )}
      </ul>
    </section>
  )
}

function NetworkCheck() {
  const { t } = useTranslation('room')
  const trip = useQuery({ queryKey: ['round-trip'], queryFn: measureRoundTrip, retry: 1, staleTime: Infinity, gcTime: 0 })
  const name = t('join.network')
  if (trip.error) return <CheckItem verdict="bad" name={name} text={t('join.networkBad')} />
  if (trip.data === undefined) return <CheckItem verdict="open" name={name} text={t('join.checking')} />
  const ms = trip.data
  if (ms > SLOW_MS) return <CheckItem verdict="fair" name={name} text={t('join.networkSlow', { ms })} />
  return <CheckItem verdict="good" name={name} text={t('join.networkOk', { ms })} />
}

const icons = { good: CheckCircleIcon, fair: ErrorCircleIcon, bad: ErrorCircleIcon, open: TimeIcon }

function CheckItem({ verdict, name, text }: { verdict: Verdict; name: string; text: string }) {
  const Icon = icons[verdict]
  return (
    <li className={`room-check--${verdict}`}>
      <Icon aria-hidden="true" />
      <span className="room-check__name">{name}</span>
      <span className="hm-muted">{text}</span>
    </li>
  )
}

// Features that the room needs and old browsers lack.
function isBrowserSupported(): boolean {
  return 'WebSocket' in window && 'findLast' in Array.prototype && 'adoptedStyleSheets' in document && CSS.supports('color', 'color-mix(in srgb, red, blue)')
}
