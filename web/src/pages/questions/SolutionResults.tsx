import { useTranslation } from 'react-i18next'
import type { SolutionResult } from '@/api/types'
import { useSession } from '@/app/useSession'
import { codeLanguageName } from '@/ui/codeLanguage'
import { Table } from '@/ui/Table'
import { Tag, type Tone } from '@/ui/Tag'
import { DiffText } from './DiffText'

const tones: Record<SolutionResult['state'], Tone> = { passed: 'success', failed: 'danger', not_installed: 'default', unsupported: 'default' }

/** The results of the reference solutions, with those of the cases. */
export function SolutionResults({ results }: { results: SolutionResult[] }) {
  const { t } = useTranslation('questions')
  const { languages } = useSession().features.sandbox
  if (results.length === 0) return null
  return (
    <section className="hm-stack" aria-label={t('solutions')}>
      <h3>{t('solutions')}</h3>
      {results.map((result) => (
        <details key={result.language} className="hm-case" open={result.state === 'failed'}>
          <summary>
            {codeLanguageName(languages, result.language)} <Tag tone={tones[result.state]}>{t(`health.states.${result.state}`)}</Tag>{' '}
            {result.cases.length > 0 && <span className="hm-muted">{t('health.passedCases', { passed: result.passed, count: result.cases.length })}</span>}
          </summary>
          {result.output && <pre className="hm-code">{result.output}</pre>}
          {result.cases.length > 0 && <CaseTable label={t('health.casesOf', { language: codeLanguageName(languages, result.language) })} result={result} />}
        </details>
      ))}
    </section>
  )
}

function CaseTable({ label, result }: { label: string; result: SolutionResult }) {
  const { t } = useTranslation('questions')
  const failed = result.cases.find(({ difference, output }) => difference || output)
  return (
    <>
      {failed && (
        <div className="hm-stack">
          {failed.difference && (
            <>
              <p className="hm-small">{t('health.difference', { number: failed.number })}</p>
              <DiffText before={failed.difference.expected} after={failed.difference.actual} />
            </>
          )}
          {failed.output && <pre className="hm-code">{failed.output}</pre>}
        </div>
      )}
      <Table
        label={label}
        rows={result.cases.map((one) => ({ ...one, id: String(one.number) }))}
        columns={[
          {
            title: t('health.case'),
            isRowHeader: true,
            cell: ({ number, name, hidden }) => (
              <>
                {t('tests.heading', { number })} {name} {hidden && <span className="hm-muted">{t('tests.isHidden')}</span>}
              </>
            ),
          },
          { title: t('health.result'), cell: ({ verdict }) => <Tag tone={verdict === 'passed' ? 'success' : 'danger'}>{t(`health.verdicts.${verdict}`)}</Tag> },
          { title: t('health.cpu'), cell: ({ cpuMs }) => <span className="hm-num">{t('health.milliseconds', { value: cpuMs })}</span> },
          { title: t('health.memory'), cell: ({ memoryBytes }) => <span className="hm-num">{t('health.megabytes', { value: Math.round(memoryBytes / (1 << 20)) })}</span> },
        ]}
      />
    </>
  )
}
