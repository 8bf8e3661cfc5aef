import { useTranslation } from 'react-i18next'
import type { Question } from '@/api/types'
import { Button } from '@/ui/Button'
import { Checkbox } from '@/ui/Checkbox'
import { SearchBar } from '@/ui/SearchBar'
import { Tag } from '@/ui/Tag'
import type { useQuestionFilter } from './useQuestionFilter'

interface Props {
  filter: ReturnType<typeof useQuestionFilter>
  /** Offers the questions that need attention. */
  hasAttention?: boolean
}

/** The input of a filter: search text, difficulty, and the selected tag. */
export function QuestionFilter({ filter: { input, set }, hasAttention }: Props) {
  const { t } = useTranslation(['questions', 'translation'])
  return (
    <>
      <SearchBar
        label={t('search')}
        value={input.q}
        onChange={(q) => set({ q })}
        filter={{
          label: t('difficulty'),
          value: input.difficulty,
          options: [
            { value: '', label: t('anyDifficulty') },
            ...(['easy', 'medium', 'hard'] as const).map((value) => ({ value, label: t(`translation:difficulty.${value}`) })),
          ],
          onChange: (value) => set({ difficulty: value as Question['difficulty'] | '' }),
        }}
      />
      {hasAttention && (
        <Checkbox checked={input.attention} onChange={(attention) => set({ attention })}>
          {t('health.attentionOnly')}
        </Checkbox>
      )}
      {input.tag && (
        <p className="hm-tags">
          <Tag>{input.tag}</Tag>
          <Button size="small" variant="text" onClick={() => set({ tag: '' })}>
            {t('clearTag')}
          </Button>
        </p>
      )}
    </>
  )
}

/** The tags of a question, each of which filters by it. */
export function FilterTags({ tags, onTag }: { tags: string[]; onTag: (tag: string) => void }) {
  const { t } = useTranslation('questions')
  return tags.map((tag) => (
    <button key={tag} type="button" className="hm-tag-filter" aria-label={t('filterByTag', { tag })} onClick={() => onTag(tag)}>
      <Tag>{tag}</Tag>
    </button>
  ))
}
