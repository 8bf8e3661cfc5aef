import { useTranslation } from 'react-i18next'
import type { TestReport, TestResult } from '@/room/protocol'
import { Tag, type Tone } from '@/ui/Tag'
import { formatArguments, splitAtDifference } from './testTexts'
import { formatDuration, stripTerminalSequences } from './outputFormat'
import './tests.css'

const tones: Partial<Record<TestResult['verdict'], Tone>> = { passed: 'success', not_run: 'default', checker_failed: 'warning' }

/** The results of test cases. For candidates the hidden ones are a count. */
export function TestReportView({ report }: { report: TestReport }) {
  const { t } = useTranslation('room')
  const { visible, hidden, cases } = report
  const unjudged = (visible.unjudged ?? 0) + (hidden.unjudged ?? 0)
  return (
    <div className="room-tests">
      {visible.total > 0 && <p>{t('tests.visible', { ...visible })}</p>}
      {hidden.total > 0 && <p>{t('tests.hidden', { ...hidden })}</p>}
      {unjudged > 0 && <p className="room-run__note">{t('tests.unjudged', { count: unjudged })}</p>}
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
              <CaseRow key={result.number} report={report} result={result} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

interface CaseProps {
  report: TestReport
  result: TestResult
}

function CaseRow({ report, result }: CaseProps) {
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
          <CaseTexts report={report} result={result} />
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

function Difference({ result: { difference, exitCode, signal, message } }: { result: TestResult }) {
  const { t } = useTranslation('room')
  if (message) return <p className="room-tests__difference room-tests__message">{stripTerminalSequences(message)}</p>
  if (signal) return <p className="room-tests__difference">{t('output.signal', { signal })}</p>
  if (exitCode) return <p className="room-tests__difference">{t('output.exit', { code: exitCode })}</p>
  if (!difference) return null
  const { line, path } = difference
  const [expected, actual] = splitAtDifference(difference.expected, stripTerminalSequences(difference.actual))
  return (
    <dl className="room-tests__difference">
      <dt>{line ? t('tests.differsLine', { line }) : path && path !== '$' ? t('tests.differsPath', { path }) : t('tests.differs')}</dt>
      <dd>
        <span className="hm-muted">{t('tests.expected')}</span> <DifferingText {...expected} />
      </dd>
      <dd>
        <span className="hm-muted">{t('tests.actual')}</span> <DifferingText {...actual} />
      </dd>
    </dl>
  )
}

/** A text of which the part from the first difference is marked. */
function DifferingText({ common, different }: { common: string; different: string }) {
  const { t } = useTranslation('room')
  if (common + different === '') return <code>{t('tests.nothing')}</code>
  return (
    <code>
      {common}
      {different && <mark>{different}</mark>}
    </code>
  )
}

function CaseTexts({ report, result }: CaseProps) {
  const { t } = useTranslation('room')
  const { expected, actual = '', printed = '', stderr = '', checkerError = '' } = result
  const input = formatArguments(result.input, report)
  const texts = { input, expected, actual, printed, stderr, checkerError }
  const shown = (['input', 'expected', 'actual', 'printed', 'stderr', 'checkerError'] as const).filter((name) => texts[name] !== '' || name === 'input' || name === 'expected')
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
