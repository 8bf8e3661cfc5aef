import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CheckCircleIcon, ErrorCircleIcon, TimeIcon } from '@/ui/icons'
import { roundTrip } from '@/api/join'
import { useNarrow } from '@/ui/useNarrow'

const SLOW_MS = 400

type Verdict = 'good' | 'fair' | 'bad' | 'open'

/** Whether this device will do, said before the interview and not in it. */
export function DeviceCheck({ writes }: { writes: boolean }) {
  const { t } = useTranslation('room')
  const narrow = useNarrow()
  const capable = canRunRoom()
  return (
    <section>
      <h2>{t('join.check')}</h2>
      <ul className="room-checks">
        <Network />
        <Line verdict={capable ? 'good' : 'bad'} name={t('join.browser')} text={capable ? t('join.browserOk') : t('join.browserBad')} />
        {writes && (
          <Line verdict={narrow ? 'fair' : 'good'} name={t('join.screen')} text={narrow ? t('join.screenSmall') : t('join.screenOk')} />
        )}
      </ul>
    </section>
  )
}

function Network() {
  const { t } = useTranslation('room')
  const trip = useQuery({ queryKey: ['round-trip'], queryFn: roundTrip, retry: 1, staleTime: Infinity, gcTime: 0 })
  const name = t('join.network')
  if (trip.error) return <Line verdict="bad" name={name} text={t('join.networkBad')} />
  if (trip.data === undefined) return <Line verdict="open" name={name} text={t('join.checking')} />
  const ms = trip.data
  if (ms > SLOW_MS) return <Line verdict="fair" name={name} text={t('join.networkSlow', { ms })} />
  return <Line verdict="good" name={name} text={t('join.networkOk', { ms })} />
}

const icons = { good: CheckCircleIcon, fair: ErrorCircleIcon, bad: ErrorCircleIcon, open: TimeIcon }

function Line({ verdict, name, text }: { verdict: Verdict; name: string; text: string }) {
  const Icon = icons[verdict]
  return (
    <li className={`room-check--${verdict}`}>
      <Icon aria-hidden="true" />
      <span className="room-check__name">{name}</span>
      <span className="hm-muted">{text}</span>
    </li>
  )
}

// What the room's code relies on and old browsers lack.
function canRunRoom(): boolean {
  return 'WebSocket' in window && 'findLast' in Array.prototype && 'adoptedStyleSheets' in document && CSS.supports('color', 'color-mix(in srgb, red, blue)')
}
