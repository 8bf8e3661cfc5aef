import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { CopyIcon, QrcodeIcon } from '@/ui/icons'
import { useCreateCandidateLink, useShowCandidateLink } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { copyToClipboard } from '@/ui/Copyable'
import { TextField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'
import { useErrorText } from '@/ui/feedback'
import { toast } from '@/ui/toast'

const tones: Record<Interview['candidateLinkState'], Tone> = { none: 'default', active: 'primary', opened: 'success', expired: 'default' }

/** The candidate's personal link, and the text that invites the candidate by another channel. */
export function CandidateLinkCard({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const location = useLocation()
  const passedLink = (location.state as { candidateLink?: string } | null)?.candidateLink
  const [link, setLink] = useState(passedLink ?? '')
  const [confirming, setConfirming] = useState(false)
  const createLink = useCreateCandidateLink(interview.id)
  const { candidateLinkState: state, permissions } = interview
  const valid = state === 'active' || state === 'opened'
  const handleCreate = () =>
    createLink.mutate(undefined, {
      onSuccess: ({ url }) => {
        setLink(url)
        setConfirming(false)
      },
    })
  return (
    <Card title={t('link.title')} actions={<Tag tone={tones[state]}>{t(`link.states.${state}`)}</Tag>}>
      <div className="hm-stack">
        {link && state !== 'expired' ? <LinkDetails link={link} /> : <p className="hm-muted">{t(`link.texts.${state}`, { name: interview.candidate.name })}</p>}
        {permissions.link && (
          <div className="hm-row">
            {valid && <StoredLinkButtons interviewId={interview.id} shown={link !== ''} onShow={setLink} />}
            <Button onClick={() => (state === 'none' ? handleCreate() : setConfirming(true))} loading={createLink.isPending}>
              {state === 'none' ? t('link.make') : t('link.again')}
            </Button>
          </div>
        )}
      </div>
      {confirming && (
        <ConfirmDialog
          title={t('link.againTitle')}
          confirmLabel={t('link.again')}
          busy={createLink.isPending}
          error={createLink.error}
          onConfirm={handleCreate}
          onClose={() => setConfirming(false)}
        >
          <p>{t('link.againText')}</p>
        </ConfirmDialog>
      )}
    </Card>
  )
}

function StoredLinkButtons({ interviewId, shown, onShow }: { interviewId: string; shown: boolean; onShow: (link: string) => void }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const show = useShowCandidateLink(interviewId)
  const copy = useShowCandidateLink(interviewId)
  const onError = (err: unknown) => toast.error(errorText(err))
  return (
    <>
      {!shown && (
        <Button theme="primary" loading={show.isPending} onClick={() => show.mutate(undefined, { onSuccess: ({ url }) => onShow(url), onError })}>
          {t('link.show')}
        </Button>
      )}
      <Button loading={copy.isPending} onClick={() => copy.mutate(undefined, { onSuccess: ({ invitation }) => copyToClipboard(invitation, t), onError })}>
        {t('link.copyInvitation')}
      </Button>
    </>
  )
}

function LinkDetails({ link }: { link: string }) {
  const { t } = useTranslation()
  const [qrShown, setQrShown] = useState(false)
  return (
    <>
      <TextField readOnly label={t('link.address')} value={link} onFocus={(event) => event.target.select()} onChange={() => {}} />
      <div className="hm-row">
        <Button theme="primary" icon={<CopyIcon />} onClick={() => void copyToClipboard(link, t)}>
          {t('link.copy')}
        </Button>
        <Button icon={<QrcodeIcon />} aria-expanded={qrShown} onClick={() => setQrShown((on) => !on)}>
          {t('link.code')}
        </Button>
      </div>
      {qrShown && <QrCode link={link} />}
    </>
  )
}

function QrCode({ link }: { link: string }) {
  const { t } = useTranslation()
  const [image, setImage] = useState('')
  useEffect(() => {
    let mounted = true
    void import('qrcode')
      .then(({ toDataURL }) => toDataURL(link, { width: 400, margin: 1 }))
      .then((url) => {
        if (mounted) setImage(url)
      })
    return () => {
      mounted = false
    }
  }, [link])
  return image ? <img className="hm-qr" src={image} alt={t('link.codeAlt')} width={200} height={200} /> : null
}
