import { useTranslation } from 'react-i18next'
import { LogoutIcon } from '@/ui/icons'
import { useSignOut } from '@/api/session'
import { Button } from '@/ui/Button'
import { LanguageSelect } from './LanguageSelect'
import { ThemeSelect } from './ThemeSelect'

/** Language, theme and sign-out. The side bar has space for the sign-out only; the others are in the settings. */
export function AccountControls({ compact }: { compact?: boolean }) {
  const { t } = useTranslation()
  const signOut = useSignOut()
  if (compact) {
    return (
      <button type="button" className="hm-icon-button" aria-label={t('nav.signOut')} title={t('nav.signOut')} onClick={() => signOut.mutate()}>
        <LogoutIcon />
      </button>
    )
  }
  return (
    <>
      <LanguageSelect />
      <ThemeSelect />
      <Button block icon={<LogoutIcon />} loading={signOut.isPending} onClick={() => signOut.mutate()}>
        {t('nav.signOut')}
      </Button>
    </>
  )
}
