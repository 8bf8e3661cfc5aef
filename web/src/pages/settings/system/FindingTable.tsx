import { useTranslation } from 'react-i18next'
import type { Finding } from '@/api/system'
import { Table } from '@/ui/Table'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'

type State = Finding['state']

const order: Record<State, number> = { fail: 0, warn: 1, ok: 2, skip: 3 }
const tones: Record<State, Tone> = { fail: 'danger', warn: 'warning', ok: 'success', skip: 'default' }

/** Findings, failures and warnings first, each with what to do. */
export function FindingTable({ label, findings }: { label: string; findings: Finding[] }) {
  const { t } = useTranslation('admin')
  const rows = findings.map((finding, i) => ({ ...finding, id: `${finding.check}-${i}` })).sort((a, b) => order[a.state] - order[b.state])
  return (
    <Table
      label={label}
      rows={rows}
      columns={[
        { title: t('system.check'), isRowHeader: true, cell: ({ name }) => <span className="hm-system__name">{name}</span> },
        { title: t('system.state'), cell: ({ state }) => <Tag tone={tones[state]}>{t(`system.states.${state}`)}</Tag> },
        { title: t('system.finding'), cell: (finding) => <FindingText finding={finding} /> },
      ]}
    />
  )
}

function FindingText({ finding: { text, advice, page } }: { finding: Finding }) {
  const { t } = useTranslation('admin')
  return (
    <div className="hm-system__text">
      <p>{text}</p>
      {advice && (
        <p className="hm-small hm-muted">
          {advice}
          {page && (
            <>
              {' '}
              <a href={page} target="_blank" rel="noreferrer noopener">
                {t('system.page')}
              </a>
            </>
          )}
        </p>
      )}
    </div>
  )
}
