import { useTranslation } from 'react-i18next'
import type { TestReport, TestResult } from '@/room/protocol'
import { Tag, type Tone } from '@/ui/Tag'
import { formatDuration, stripTerminalSequences } from './outputFormat'
import './tests.css'

const tones: Partial<Record<TestResult['verdict'], Tone>> = { passed: 'success', not_run: 'default' }

/** The results of test cases. For candidates the hidden ones are a count. */
export function TestReportView({ report }: { report: TestReport }) {
  const { t } = useTranslation('room')
  const { visible, hidden, cases } = report
  return (
    <div className="room-tests">
      {visible.total > 0 && <p>{t('tests.visible', { ...visible })}</p>}
      {hidden.total > 0 && <p>{t('tests.hidden', { ...hidden })}</p>}
      {cases.length > 0 && (
        <table className="room-tests__table" aria-label={t('tests.title')}>
          <thead className="hm-sr-only">
            <tr>
              <th scope="col">{t('tests.case')}</th>
              <th scope="col">{t('tests.result')}</th>
              <th scope="col">{t('tests.cpu')}</th>
            </tr>
          </thead>
          <tbody>
            {cases.map((result) => (
              <CaseRow key={result.number} result={result} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function CaseRow({ result }: { result: TestResult }) {
  const { t } = useTranslation('room')
  const { number, name, hidden, verdict, cpuMs } = result
  return (
    <tr>
      <td>
        <details>
          <summary>
            {name ? t('tests.named', { number, name }) : t('tests.numbered', { number })}
            {hidden && <span className="hm-muted"> {t('tests.isHidden')}</span>}
          </summary>
          <CaseTexts result={result} />
        </details>
        <Difference result={result} />
      </td>
      <td>
        <Tag tone={tones[verdict] ?? 'danger'}>{t(`tests.verdict.${verdict}`, { defaultValue: verdict })}</Tag>
      </td>
      <td className="hm-num hm-muted">{cpuMs !== undefined && formatDuration(cpuMs)}</td>
    </tr>
  )
}

function Difference({ result: { difference, exitCode, signal } }: { result: TestResult }) {
  const { t } = useTranslation('room')
  if (signal) return <p className="room-tests__difference">{t('output.signal', { signal })}</p>
  if (exitCode) return <p className="room-tests__difference">{t('output.exit', { code: exitCode })}</p>
  if (!difference) return null
  const { line, path, expected, actual } = difference
  return (
    <dl className="room-tests__difference">
      <dt>{line ? t('tests.differsLine', { line }) : path && path !== '$' ? t('tests.differsPath', { path }) : t('tests.differs')}</dt>
      <dd>
        <span className="hm-muted">{t('tests.expected')}</span> <code>{expected || t('tests.nothing')}</code>
      </dd>
      <dd>
        <span className="hm-muted">{t('tests.actual')}</span> <code>{actual ? stripTerminalSequences(actual) : t('tests.nothing')}</code>
      </dd>
    </dl>
  )
}

function CaseTexts({ result }: { result: TestResult }) {
  const { t } = useTranslation('room')
  const { input, expected, actual = '', printed = '', stderr = '' } = result
  const texts = { input, expected, actual, printed, stderr }
  const shown = (['input', 'expected', 'actual', 'printed', 'stderr'] as const).filter((name) => texts[name] !== '' || name === 'input' || name === 'expected')
  return (
    <dl className="room-tests__texts">
      {shown.map((name) => (
        <div key={name}>
          <dt>{t(`tests.${name}`)}</dt>
          <dd>
            <pre>{stripTerminalSequences(texts[name]) || t('tests.nothing')}</pre>
          </dd>
        </div>
      ))}
      {result.truncated && <p className="room-run__note">{t('tests.truncated')}</p>}
    </dl>
  )
}
