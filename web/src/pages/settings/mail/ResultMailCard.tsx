import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { decisionMailSettingsQuery, useSetDecisionMailSettings } from '@/api/decisionMails'
import type { DecisionMailSettings, DecisionMailSettingsInput } from '@/api/types'
import { Checkbox } from '@/ui/Checkbox'
import { SelectField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import { TimeField } from '@/ui/TimeField'
import { QueryContent } from '@/ui/feedback'
import { toast } from '@/ui/toast'
import { useEditForm } from '@/ui/useEditForm'
import { CardForm } from '../CardForm'

const TIMINGS: DecisionMailSettingsInput['timing'][] = ['now', 'hour', 'workday']

/** Whether and when candidates get the result by mail, and whether interviewers are informed. */
export function ResultMailCard({ readOnly }: { readOnly: boolean }) {
  const { t } = useTranslation('admin')
  const settings = useQuery(decisionMailSettingsQuery)
  return (
    <Card title={t('resultMail.title')}>
      <QueryContent query={settings} lines={4}>
        {(loaded) => <ResultMailForm settings={loaded} readOnly={readOnly} />}
      </QueryContent>
    </Card>
  )
}

function toInput({ enabled, timing, workdayAt, informInterviewers, version }: DecisionMailSettings): DecisionMailSettingsInput {
  return { enabled, timing, workdayAt, informInterviewers, version }
}

function ResultMailForm({ settings, readOnly }: { settings: DecisionMailSettings; readOnly: boolean }) {
  const { t } = useTranslation('admin')
  const { input, set, problem, props } = useEditForm({
    initialInput: () => toInput(settings),
    save: useSetDecisionMailSettings(),
    required: [],
    version: settings.version,
    toInput,
    onSaved: () => toast.success(t('resultMail.saved')),
    onClose: () => {},
  })
  const fields = (
    <>
      <div className="hm-field">
        <Checkbox checked={input.enabled} disabled={readOnly} onChange={(enabled) => set({ enabled })}>
          {t('resultMail.enabled')}
        </Checkbox>
        <div className="hm-field__hint">{t('resultMail.enabledHint')}</div>
      </div>
      {input.enabled && (
        <div className="hm-mail__timing">
          <SelectField
            label={t('resultMail.timing')}
            value={input.timing}
            disabled={readOnly}
            options={TIMINGS.map((value) => ({ value, label: t(`resultMail.timings.${value}`) }))}
            onChange={(timing) => set({ timing })}
          />
          {input.timing === 'workday' && (
            <TimeField
              label={t('resultMail.workdayAt')}
              hint={t('resultMail.workdayAtHint')}
              value={input.workdayAt}
              disabled={readOnly}
              problem={problem('workdayAt')}
              onChange={(workdayAt) => set({ workdayAt })}
            />
          )}
        </div>
      )}
      <div className="hm-field">
        <Checkbox checked={input.informInterviewers} disabled={readOnly} onChange={(informInterviewers) => set({ informInterviewers })}>
          {t('resultMail.inform')}
        </Checkbox>
        <div className="hm-field__hint">{t('resultMail.informHint')}</div>
      </div>
    </>
  )
  if (readOnly) return <div className="hm-stack">{fields}</div>
  return (
    <CardForm {...props} fieldPaths={['workdayAt']}>
      {fields}
    </CardForm>
  )
}
