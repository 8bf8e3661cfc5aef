import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hiringDepartmentsQuery, useSaveDepartmentManagers } from '@/api/access'
import type { HiringDepartment } from '@/api/types'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Page'
import { Table } from '@/ui/Table'
import { EmptyState, QueryContent } from '@/ui/feedback'
import { ManagersForm } from '../positions/HiringManagersEditor'

/** The hiring managers of all positions of a department. */
export function DepartmentManagersCard() {
  const { t } = useTranslation('access')
  const departments = useQuery(hiringDepartmentsQuery)
  const [edited, setEdited] = useState<HiringDepartment>()
  return (
    <Card flush title={t('access.departments.title')}>
      <p className="hm-settings__intro hm-small hm-muted">{t('access.departments.hint')}</p>
      <QueryContent query={departments} lines={3}>
        {({ items }) => (items.length === 0 ? <EmptyState small title={t('access.departments.none')} /> : <DepartmentTable departments={items} onEdit={setEdited} />)}
      </QueryContent>
      {edited && <DepartmentForm department={edited} onClose={() => setEdited(undefined)} />}
    </Card>
  )
}

function DepartmentTable({ departments, onEdit }: { departments: HiringDepartment[]; onEdit: (one: HiringDepartment) => void }) {
  const { t } = useTranslation('access')
  const { t: tCommon } = useTranslation()
  return (
    <Table
      label={t('access.departments.title')}
      rows={departments.map((one) => ({ ...one, id: one.department }))}
      columns={[
        { title: tCommon('settings.department'), isRowHeader: true, cell: ({ department }) => department },
        { title: tCommon('nav.positions'), cell: ({ positions }) => <span className="hm-num">{positions}</span> },
        { title: t('access.managers.list'), cell: ({ items }) => items.map(({ name }) => name).join(tCommon('overview.separator')) },
        {
          title: tCommon('common.edit'),
          isActions: true,
          cell: (one) => (
            <Button size="small" variant="text" theme="primary" aria-label={t('access.departments.editOf', { department: one.department })} onClick={() => onEdit(one)}>
              {tCommon('common.edit')}
            </Button>
          ),
        },
      ]}
    />
  )
}

function DepartmentForm({ department, onClose }: { department: HiringDepartment; onClose: () => void }) {
  const { t } = useTranslation('access')
  const name = department.department
  return (
    <ManagersForm
      title={t('access.departments.of', { department: name })}
      hint={t('access.departments.hint')}
      managers={department}
      save={useSaveDepartmentManagers(name)}
      onClose={onClose}
    />
  )
}
