import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { hiringSettingsQuery, useSetHiringSettings } from '@/api/access'
import type { HiringSettings } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { Card } from '@/ui/Page'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from './CardForm'
import { DepartmentManagersCard } from './DepartmentManagers'

/** What the company permits to hiring managers, and those of departments. */
export default function HiringSettingsCard() {
  const { t } = useTranslation('access')
  const settings = useQuery(hiringSettingsQuery)
  return (
    <>
      <Card title={t('access.settings.title')}>
        <QueryContent query={settings} lines={2}>
          {(loaded) => <SettingsForm settings={loaded} />}
        </QueryContent>
      </Card>
      <DepartmentManagersCard />
    </>
  )
}

function SettingsForm({ settings }: { settings: HiringSettings }) {
  const { t } = useTranslation('access')
  const { t: tCommon } = useTranslation()
  const { input, set, props } = useEditForm<HiringSettings, HiringSettings>({
    initialInput: () => settings,
    save: useSetHiringSettings(),
    required: [],
    version: settings.version,
    toInput: (stored) => stored,
    onSaved: () => toast.success(tCommon('common.saved')),
    onClose: () => {},
  })
  return (
    <CardForm {...props} fieldPaths={[]}>
      <div className="hm-field">
        <Checkbox checked={input.decide} onChange={(decide) => set({ decide })}>
          {t('access.settings.decide')}
        </Checkbox>
        <div className="hm-field__hint">{t('access.settings.decideHint')}</div>
      </div>
    </CardForm>
  )
}
