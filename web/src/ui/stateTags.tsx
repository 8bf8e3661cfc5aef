import { useTranslation } from 'react-i18next'
import type { Decision, Interview, Interviewer, InterviewState, Message, Question, Recommendation } from '@/api/types'
import type { Tone } from './Tag'
import { isNotHeld } from './responses'
import { Tag } from './Tag'
import { useNow } from './useNow'

const stateTones: Record<InterviewState, Tone> = { scheduled: 'primary', in_progress: 'success', ended: 'default', cancelled: 'default' }

/** The state of an interview, and of one that is still scheduled after its end, that it was not held. */
export function StateTag({ interview }: { interview: Pick<Interview, 'state' | 'endsAt'> }) {
  const { t } = useTranslation()
  const { state } = interview
  if (isNotHeld(interview, useNow())) return <Tag tone="warning">{t('state.notHeld')}</Tag>
  return <Tag tone={stateTones[state]}>{t(`state.${state}`)}</Tag>
}

const responseTones: Record<Interviewer['response'], Tone> = { pending: 'warning', accepted: 'success', declined: 'danger' }

export function ResponseTag({ response }: { response: Interviewer['response'] }) {
  const { t } = useTranslation()
  return <Tag tone={responseTones[response]}>{t(`response.${response}`)}</Tag>
}

const messageTones: Record<Message['state'], Tone> = {
  queued: 'default', sending: 'primary', sent: 'success', failed: 'danger', waiting: 'warning', skipped: 'default',
}

export function MessageStateTag({ state }: { state: Message['state'] }) {
  const { t } = useTranslation()
  return <Tag tone={messageTones[state]}>{t(`message.state.${state}`)}</Tag>
}

const decisionTones: Record<Decision, Tone> = { hire: 'success', no_hire: 'danger', hold: 'warning', next_round: 'primary' }

export function DecisionTag({ decision }: { decision: Decision }) {
  const { t } = useTranslation()
  return <Tag tone={decisionTones[decision]}>{t(`decision.${decision}`)}</Tag>
}

const recommendTones: Record<Recommendation, Tone> = { strong_yes: 'success', yes: 'success', no: 'danger', strong_no: 'danger' }

export function RecommendTag({ recommendation }: { recommendation: Recommendation }) {
  const { t } = useTranslation()
  return <Tag tone={recommendTones[recommendation]}>{t(`recommend.${recommendation}`)}</Tag>
}

const difficultyTones: Record<Question['difficulty'], Tone> = { easy: 'success', medium: 'primary', hard: 'warning' }

export function DifficultyTag({ difficulty }: { difficulty: Question['difficulty'] }) {
  const { t } = useTranslation()
  return <Tag tone={difficultyTones[difficulty]}>{t(`difficulty.${difficulty}`)}</Tag>
}
