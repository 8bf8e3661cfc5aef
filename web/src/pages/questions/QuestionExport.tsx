import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { questionExportUrl, type QuestionFileFormat } from '@/api/questionFiles'
import { Modal } from '@/ui/Modal'
import { SegmentedControl } from '@/ui/SegmentedControl'

interface Props {
  /** Ids of the selected questions. */
  selected: string[]
  filter: { q?: string | undefined; difficulty?: string | undefined; tag?: string | undefined }
  onClose: () => void
}

/** Exports the selected questions, or all that match the filter. */
export default function QuestionExport({ selected, filter, onClose }: Props) {
  const { t } = useTranslation('questions')
  const [format, setFormat] = useState<QuestionFileFormat>('zip')
  const [scope, setScope] = useState<'selected' | 'matching'>(selected.length > 0 ? 'selected' : 'matching')
  const isFiltered = Boolean(filter.q || filter.difficulty || filter.tag)
  const matching = isFiltered ? t('files.matching') : t('files.all')
  return (
    <Modal
      title={t('files.export')}
      onClose={onClose}
      footer={
        <a
          className="t-button t-button--theme-primary t-button--variant-base"
          href={questionExportUrl(format, scope === 'selected' ? { ids: selected } : filter)}
          download
        >
          <span className="t-button__text">{t('files.download')}</span>
        </a>
      }
    >
      <div className="hm-stack">
        {selected.length > 0 ? (
          <SegmentedControl
            wide
            label={t('files.scope')}
            value={scope}
            options={[
              { value: 'selected', label: t('files.selected', { count: selected.length }) },
              { value: 'matching', label: matching },
            ]}
            onChange={setScope}
          />
        ) : (
          <p>{matching}</p>
        )}
        <SegmentedControl
          wide
          label={t('files.format')}
          value={format}
          options={[
            { value: 'zip', label: t('files.zip') },
            { value: 'json', label: t('files.json') },
          ]}
          onChange={setFormat}
        />
        <p className="hm-muted">{t(`files.about.${format}`)}</p>
        <p className="hm-muted hm-small">{t('files.exportHint')}</p>
      </div>
    </Modal>
  )
}
