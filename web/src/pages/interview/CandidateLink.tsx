import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { CopyIcon, QrcodeIcon } from '@/ui/icons'
import { useNewCandidateLink } from '@/api/interviews'
import type { Interview } from '@/api/types'
import { Button } from '@/ui/Button'
import { Confirm } from '@/ui/Confirm'
import { copy } from '@/ui/Copyable'
import { TextField } from '@/ui/Field'
import { Card } from '@/ui/Page'
import type { Tone } from '@/ui/Tag'
import { Tag } from '@/ui/Tag'

const tones: Record<Interview['candidateLinkState'], Tone> = { none: 'default', active: 'primary', opened: 'success', dead: 'default' }

/**
 * The candidate's personal link. The server keeps only its hash, so that it
 * can be shown when it was just made and at no other time.
 */
export function CandidateLink({ interview }: { interview: Interview }) {
  const { t } = useTranslation()
  const location = useLocation()
  const handed = (location.state as { candidateLink?: string } | null)?.candidateLink
  const [link, setLink] = useState(handed ?? '')
  const [asking, setAsking] = useState(false)
  const make = useNewCandidateLink(interview.id)
  const { candidateLinkState: state, permissions } = interview
  const renew = () =>
    make.mutate(undefined, {
      onSuccess: ({ url }) => {
        setLink(url)
        setAsking(false)
      },
    })
  return (
    <Card title={t('link.title')} actions={<Tag tone={tones[state]}>{t(`link.states.${state}`)}</Tag>}>
      <div className="hm-stack">
        {link && state !== 'dead' ? <Shown link={link} /> : <p className="hm-muted">{t(`link.texts.${state}`, { name: interview.candidate.name })}</p>}
        {permissions.link && (
          <div>
            <Button onClick={() => (state === 'none' ? renew() : setAsking(true))} loading={make.isPending}>
              {state === 'none' ? t('link.make') : t('link.again')}
            </Button>
          </div>
        )}
      </div>
      {asking && (
        <Confirm
          title={t('link.againTitle')}
          confirm={t('link.again')}
          busy={make.isPending}
          error={make.error}
          onConfirm={renew}
          onClose={() => setAsking(false)}
        >
          <p>{t('link.againText')}</p>
        </Confirm>
      )}
    </Card>
  )
}

function Shown({ link }: { link: string }) {
  const { t } = useTranslation()
  const [code, setCode] = useState(false)
  return (
    <>
      <TextField readOnly label={t('link.address')} hint={t('link.once')} value={link} onFocus={(event) => event.target.select()} onChange={() => {}} />
      <div className="hm-row">
        <Button theme="primary" icon={<CopyIcon />} onClick={() => void copy(link, t)}>
          {t('link.copy')}
        </Button>
        <Button icon={<QrcodeIcon />} aria-expanded={code} onClick={() => setCode((on) => !on)}>
          {t('link.code')}
        </Button>
      </div>
      {code && <Code link={link} />}
    </>
  )
}

function Code({ link }: { link: string }) {
  const { t } = useTranslation()
  const [image, setImage] = useState('')
  useEffect(() => {
    let here = true
    void import('qrcode')
      .then(({ toDataURL }) => toDataURL(link, { width: 400, margin: 1 }))
      .then((url) => {
        if (here) setImage(url)
      })
    return () => {
      here = false
    }
  }, [link])
  return image ? <img className="hm-qr" src={image} alt={t('link.codeAlt')} width={200} height={200} /> : null
}
