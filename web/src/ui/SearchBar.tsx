import { SearchIcon } from '@/ui/icons'
import { SelectField, TextField } from './Field'

interface Filter {
  label: string
  value: string
  options: { value: string; label: string }[]
  onChange: (value: string) => void
}

interface Props {
  label: string
  value: string
  onChange: (value: string) => void
  filter?: Filter
}

/** Search and one filter above a list. */
export function SearchBar({ label, value, onChange, filter }: Props) {
  return (
    <div className="hm-filters" role="search">
      <div className="hm-filters__search">
        <TextField hideLabel type="search" label={label} placeholder={label} icon={<SearchIcon />} value={value} onChange={onChange} />
      </div>
      {filter && <SelectField hideLabel {...filter} />}
    </div>
  )
}
