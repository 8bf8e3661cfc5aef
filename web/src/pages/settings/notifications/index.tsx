import { useSession } from '@/app/useSession'
import { CompanyCard } from './CompanyCard'
import { OwnCard } from './OwnCard'
import './notifications.css'

/** Notifications: the member's own, and the company's quiet hours and digest for administrators. */
export default function NotificationsTab() {
  const { roles } = useSession()
  return (
    <>
      <OwnCard />
      {roles.includes('administrator') && <CompanyCard />}
    </>
  )
}
