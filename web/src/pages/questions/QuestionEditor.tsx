import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSaveQuestion } from '@/api/catalog'
import type { Question, QuestionInput, StarterCode } from '@/api/types'
import { limits } from '@/api/limits'
import { EditorModal } from '@/ui/EditorModal'
import { AreaField, TextField } from '@/ui/Field'
import { Markdown } from '@/ui/Markdown'
import { SegmentedControl } from '@/ui/SegmentedControl'
import { useEditForm } from '@/ui/useEditForm'
import { StarterCodeFields } from './StarterCode'
import { TestCasesFields } from './TestCases'
import { TextListFields } from './TextList'

interface Props {
  question?: Question
  onClose: () => void
}

const fieldPaths = ['title', 'body', 'tags', 'difficulty', 'expectedMinutes', 'interviewerNotes', 'starterCode', 'solutions', 'hints', 'followUps', 'tests']
const difficulties: Question['difficulty'][] = ['easy', 'medium', 'hard']

function toQuestionInput(question?: Question): QuestionInput {
  if (!question) return { title: '', body: '', difficulty: 'medium', tags: [], expectedMinutes: 0, starterCode: [], solutions: [], hints: [], followUps: [], interviewerNotes: '', tests: { cases: [] } }
  const { title, body, difficulty, tags, expectedMinutes = 0, starterCode, solutions, hints, followUps, interviewerNotes, tests } = question
  return { title, body, difficulty, tags, expectedMinutes, starterCode, solutions, hints, followUps, interviewerNotes, tests }
}

export function splitTags(text: string): string[] {
  return [...new Set(text.split(/[,，、;；]/).map((tag) => tag.trim()).filter(Boolean))]
}

/** Adds code in the languages that have none. */
function addMissing(list: StarterCode[], more: StarterCode[]): StarterCode[] {
  return [...list, ...more.filter(({ language }) => !list.some((one) => one.language === language))]
}

export default function QuestionEditor({ question, onClose }: Props) {
  const { t } = useTranslation(['questions', 'translation'])
  // The text of the tags once it is edited: a separator at its end must not vanish.
  const [tagsText, setTagsText] = useState<string>()
  const editor = useEditForm({
    initialInput: () => toQuestionInput(question),
    save: useSaveQuestion(question?.id),
    required: ['title', 'body'],
    onClose,
    toPayload: (typed) => (tagsText === undefined ? typed : { ...typed, tags: splitTags(tagsText) }),
    version: question?.version,
    toInput: toQuestionInput,
  })
  const { input, set, problem } = editor
  return (
    <EditorModal title={question ? t('edit') : t('new')} fieldPaths={fieldPaths} {...editor.props}>
      <TextField
        label={t('title')}
        required
        value={input.title}
        limit={limits.QuestionInput.title}
        problem={problem('title')}
        onChange={(title) => set({ title })}
      />
      <div className="hm-grid">
        <div className="hm-field">
          <span className="hm-field__label">{t('difficulty')}</span>
          <SegmentedControl
            wide
            label={t('difficulty')}
            value={input.difficulty ?? 'medium'}
            options={difficulties.map((value) => ({ value, label: t(`translation:difficulty.${value}`) }))}
            onChange={(difficulty) => set({ difficulty })}
          />
        </div>
        <TextField
          label={t('tags')}
          placeholder={t('tagsHint')}
          value={tagsText ?? (input.tags ?? []).join('、')}
          problem={problem('tags')}
          onChange={setTagsText}
        />
        <TextField
          label={t('minutes')}
          hint={t('minutesHint')}
          inputMode="numeric"
          value={input.expectedMinutes ? String(input.expectedMinutes) : ''}
          problem={problem('expectedMinutes')}
          onChange={(text) => set({ expectedMinutes: Math.min(Number(text.replace(/\D/g, '')), 480) })}
        />
      </div>
      <BodyField value={input.body} problem={problem('body')} onChange={(body) => set({ body })} />
      <StarterCodeFields legend={t('starter')} value={input.starterCode ?? []} problem={problem('starterCode')} onChange={(starterCode) => set({ starterCode })} />
      <TestCasesFields value={input.tests ?? { cases: [] }} problemAt={editor.problemAt} onChange={(tests) => set({ tests })} onStarterCode={(list) => set({ starterCode: addMissing(input.starterCode ?? [], list) })} />
      <StarterCodeFields legend={t('solutions')} value={input.solutions ?? []} problem={problem('solutions')} onChange={(solutions) => set({ solutions })} />
      <TextListFields
        legend={t('hints')}
        itemLabel={(number) => t('hintNumber', { number })}
        addLabel={t('addHint')}
        value={input.hints ?? []}
        max={20}
        limit={2000}
        problemAt={(index) => editor.problemAt(index === undefined ? 'hints' : `hints[${index}]`)}
        onChange={(hints) => set({ hints })}
      />
      <TextListFields
        legend={t('followUps')}
        itemLabel={(number) => t('followUpNumber', { number })}
        addLabel={t('addFollowUp')}
        value={input.followUps ?? []}
        max={20}
        limit={2000}
        problemAt={(index) => editor.problemAt(index === undefined ? 'followUps' : `followUps[${index}]`)}
        onChange={(followUps) => set({ followUps })}
      />
      <AreaField
        label={t('notes')}
        hint={t('translation:form.noteHint')}
        rows={4}
        value={input.interviewerNotes ?? ''}
        limit={limits.QuestionInput.interviewerNotes}
        problem={problem('interviewerNotes')}
        onChange={(interviewerNotes) => set({ interviewerNotes })}
      />
    </EditorModal>
  )
}

type BodyProps = { value: string; problem?: Parameters<typeof AreaField>[0]['problem']; onChange: (body: string) => void }

/** A Markdown editor with a preview. */
function BodyField({ value, problem, onChange }: BodyProps) {
  const { t } = useTranslation(['questions', 'translation'])
  const [mode, setMode] = useState<'write' | 'preview'>('write')
  return (
    <div className="hm-field">
      <div className="hm-row">
        <span className="hm-field__label hm-grow">{t('body')}</span>
        <SegmentedControl
          label={t('bodyMode')}
          value={mode}
          options={[
            { value: 'write', label: t('write') },
            { value: 'preview', label: t('preview') },
          ]}
          onChange={setMode}
        />
      </div>
      {mode === 'write' ? (
        <AreaField hideLabel mono required rows={12} label={t('body')} hint={t('bodyHint')} value={value} limit={limits.QuestionInput.body} problem={problem} onChange={onChange} />
      ) : (
        <div className="hm-preview">{value.trim() ? <Markdown text={value} imageNote={t('remoteImages')} /> : <span className="hm-muted">{t('nothing')}</span>}</div>
      )}
    </div>
  )
}
