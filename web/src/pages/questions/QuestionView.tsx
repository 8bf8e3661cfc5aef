import { useSession } from '@/app/useSession'
import { Modal } from '@/ui/Modal'
import type { QuestionContent } from './contentText'
import { QuestionBody } from './QuestionBody'

/** A question with its parts for interviewers. */
export default function QuestionView({ question, onClose }: { question: QuestionContent; onClose: () => void }) {
  const { languages } = useSession().features.sandbox
  return (
    <Modal kind="drawer" title={question.title} onClose={onClose}>
      <QuestionBody question={question} languages={languages} />
    </Modal>
  )
}
