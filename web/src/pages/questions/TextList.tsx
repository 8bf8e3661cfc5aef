import { useTranslation } from 'react-i18next'
import type { ProblemField } from '@/api/types'
import { Button } from '@/ui/Button'
import { AreaField, FieldProblem } from '@/ui/Field'

interface Props {
  legend: string
  itemLabel: (number: number) => string
  addLabel: string
  value: string[]
  max: number
  limit: number
  problemAt: (index?: number) => ProblemField | undefined
  onChange: (value: string[]) => void
}

/** A list of texts in an order, such as hints. */
export function TextListFields({ legend, itemLabel, addLabel, value, max, limit, problemAt, onChange }: Props) {
  const { t } = useTranslation()
  const listProblem = problemAt()
  return (
    <fieldset className="hm-field">
      <legend className="hm-field__label">{legend}</legend>
      <div className="hm-stack">
        {value.map((text, index) => (
          <div key={index} className="hm-starter">
            <AreaField
              rows={2}
              label={itemLabel(index + 1)}
              value={text}
              limit={limit}
              problem={problemAt(index)}
              onChange={(next) => onChange(value.map((old, at) => (at === index ? next : old)))}
            />
            <Button size="small" variant="text" onClick={() => onChange(value.filter((_, at) => at !== index))}>
              {t('common.remove', { name: itemLabel(index + 1) })}
            </Button>
          </div>
        ))}
        {listProblem && <FieldProblem problem={listProblem} />}
        {value.length < max && (
          <div>
            <Button onClick={() => onChange([...value, ''])}>{addLabel}</Button>
          </div>
        )}
      </div>
    </fieldset>
  )
}
