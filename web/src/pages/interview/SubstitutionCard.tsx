import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { substitutionsQuery, useSetSubstitution } from '@/api/pools'
import type { Interview, Substitution } from '@/api/types'
import { useTimeZone } from '@/app/useSession'
import { formatDateTime } from '@/time/format'
import { Checkbox } from '@/ui/Checkbox'
import { Card } from '@/ui/Page'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { useErrorText } from '@/ui/feedback'

/** For recruiters: the requests to replace interviewers who cannot attend. */
export function SubstitutionCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const found = useQuery(substitutionsQuery(interview.id))
  const change = useSetSubstitution(interview.id)
  if (!found.data || (!found.data.hasPool && found.data.items.length === 0)) return null
  const { automatic, items } = found.data
  return (
    <Card title={t('substitution.title')}>
      <div className="hm-stack">
        {interview.state === 'scheduled' && (
          <Checkbox checked={automatic} disabled={change.isPending} onChange={(on) => change.mutate(on, { onError: (err) => toast.error(errorText(err)) })}>
            {t('substitution.automatic')}
          </Checkbox>
        )}
        {items.length > 0 && (
          <ul className="hm-people">
            {items.map((one) => (
              <SubstitutionItem key={one.id} substitution={one} />
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}

const tones = { open: 'warning', taken: 'success', unfilled: 'danger', closed: 'default' } as const

function SubstitutionItem({ substitution }: { substitution: Substitution }) {
  const { t } = useTranslation()
  const { interviewer, cause, state } = substitution
  return (
    <li className="hm-people__item">
      <div className="hm-grow">
        <div>{t(`substitution.cause.${cause}`, { name: interviewer.name })}</div>
        <div className="hm-small hm-muted">{useStateText(substitution)}</div>
      </div>
      <div className="hm-people__state">
        <Tag tone={tones[state]}>{t(`substitution.state.${state}`)}</Tag>
      </div>
    </li>
  )
}

function useStateText({ state, invited, taker, deadline }: Substitution): string {
  const { t } = useTranslation()
  const zone = useTimeZone()
  switch (state) {
    case 'open':
      return t('substitution.openText', { names: invited.map(({ name }) => name).join(t('overview.separator')), time: formatDateTime(deadline, zone) })
    case 'taken':
      return t('substitution.takenText', { name: taker?.name ?? '' })
    case 'unfilled':
      return t(invited.length > 0 ? 'substitution.unfilledText' : 'substitution.nobodyFree')
    case 'closed':
      return t('substitution.closedText')
  }
}
