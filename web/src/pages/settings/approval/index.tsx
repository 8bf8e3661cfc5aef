import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { approvalSettingsQuery, useTestApproval } from '@/api/approvals'
import { hasAct, useSession } from '@/app/useSession'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Tag } from '@/ui/Tag'
import { Note, QueryContent, useErrorText } from '@/ui/feedback'
import { SettingsForm } from './SettingsForm'
import './approval.css'

/** Approvals of decisions to hire in WeCom: the template, its values, the approvers, and a test. */
export default function ApprovalTab() {
  const { t } = useTranslation('admin')
  const settings = useQuery(approvalSettingsQuery)
  const readOnly = !hasAct(useSession(), 'edit_settings')
  return (
    <>
      <Card title={t('approval.title')}>
        <div className="hm-stack">
          <p className="hm-muted">{t('approval.about')}</p>
          <QueryContent query={settings} lines={6}>
            {(loaded) => <SettingsForm settings={loaded} readOnly={readOnly} />}
          </QueryContent>
          <details>
            <summary>{t('approval.setup')}</summary>
            <ol>
              {(['application', 'callback', 'template', 'read', 'test'] as const).map((step) => (
                <li key={step}>{t(`approval.steps.${step}`)}</li>
              ))}
            </ol>
          </details>
        </div>
      </Card>
      {!readOnly && settings.data?.enabled && <TestCard />}
    </>
  )
}

function TestCard() {
  const { t } = useTranslation('admin')
  const errorText = useErrorText()
  const test = useTestApproval()
  return (
    <Card title={t('approval.test')}>
      <div className="hm-stack">
        <p className="hm-muted">{t('approval.testAbout')}</p>
        <div>
          <Button loading={test.isPending} onClick={() => test.mutate()}>
            {t('approval.testStart')}
          </Button>
        </div>
        {test.error && <Note tone="error">{errorText(test.error)}</Note>}
        {test.data && (
          <ul className="hm-approval-test" aria-label={t('approval.testResults')}>
            {test.data.items.map(({ check, name, ok, problem }) => (
              <li key={`${check} ${name}`}>
                <Tag tone={ok ? 'success' : 'danger'}>{t(ok ? 'approval.testOk' : 'approval.testFailed')}</Tag>
                <span>
                  {t(`approval.checks.${check}`, { name })}
                  {problem && <span className="hm-approval-test__problem">{problem}</span>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}
