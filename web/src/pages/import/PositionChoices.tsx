import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/imports'
import { SelectField } from '@/ui/Field'
import { NEW } from './choices'

interface Props {
  positions: Import['positions']
  chosen: Record<string, string>
  onChoose: (title: string, positionId: string) => void
}

/** A choice for each title without a position to which stored positions are similar. */
export function PositionChoices({ positions, chosen, onChoose }: Props) {
  const { t } = useTranslation('admin')
  return positions
    .filter(({ similar }) => similar.length > 0)
    .map(({ title, rows, similar }) => (
      <SelectField
        key={title}
        label={t('imports.similar', { title, count: rows.length })}
        value={chosen[title] ?? ''}
        options={[
          { value: '', label: t('imports.notChosen') },
          ...similar.map((one) => ({ value: one.id, label: one.state === 'closed' ? t('imports.closedPosition', { title: one.title }) : one.title })),
          { value: NEW, label: t('imports.newPosition', { title }) },
        ]}
        onChange={(positionId) => onChoose(title, positionId)}
      />
    ))
}
