import type { SVGProps } from 'react'

// Drawn on a 24-unit grid to match TDesign's icons, whose
// package adds 20 KB before the first icon and injects style sheets.
function createIcon(path: string) {
  return function Icon(props: SVGProps<SVGSVGElement>) {
    return (
      <svg
        width="1em"
        height="1em"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        {...props}
      >
        <path d={path} />
      </svg>
    )
  }
}

const circle = 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z'

export const CalendarIcon = createIcon('M4 6h16v14H4zM4 10.500h16M8.500 3.500V7M15.500 3.500V7')
export const ChatIcon = createIcon('M4 4.500h16v12H11l-4.500 4v-4H4z')
export const ChartIcon = createIcon('M4 20.500h16M6.500 17v-5M12 17V5M17.500 17V9')
export const CheckCircleIcon = createIcon(`${circle}M8 12.200l2.800 2.800L16 9.500`)
export const ChevronLeftIcon = createIcon('M14.500 6l-6 6l6 6')
export const ChevronRightIcon = createIcon('M9.500 6l6 6l-6 6')
export const CloseIcon = createIcon('M6 6l12 12M18 6L6 18')
export const CodeIcon = createIcon('M8 7l-5 5l5 5M16 7l5 5l-5 5M13.500 5l-3 14')
export const CopyIcon = createIcon('M8.500 8.500h11.500V20H8.500zM15.500 8.500V4H4v11.500h4.500')
export const ErrorCircleIcon = createIcon(`${circle}M12 7.500v5.500M12 16.200v.1`)
export const TerminalIcon = createIcon('M3.500 4.500h17v15h-17zM7 9l3 3l-3 3M12.500 15.500h4.500')
export const HomeIcon = createIcon('M4 10.500L12 4l8 6.500V20h-5.500v-6h-5v6H4z')
export const InboxIcon = createIcon('M3.500 13L6.500 5h11l3 8v6.500h-17zM3.500 13h5l1.200 2.500h4.600L15.500 13h5')
export const InfoCircleIcon = createIcon(`${circle}M12 11v5.500M12 7.700v.1`)
export const ListIcon = createIcon('M4 6.500h16M4 12h16M4 17.500h16')
export const LogoutIcon = createIcon('M13 4H5v16h8M10 12h11M17.500 8.500L21 12l-3.500 3.500')
export const PauseIcon = createIcon('M8.500 5v14M15.500 5v14')
export const PlayCircleIcon = createIcon(`${circle}M10 8.500v7l6-3.500z`)
export const PlayIcon = createIcon('M7.500 4.500v15l11.500-7.500z')
export const QrcodeIcon = createIcon('M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.500v2.500M20 14v2.500M14 20h2.500M20 20v-.5')
export const ScaleIcon = createIcon('M12 4v16M8 20h8M5 7h14M5 7l-2.500 6.500h5zM19 7l-2.500 6.500h5z')
export const SearchIcon = createIcon('M11 4.500a6.500 6.500 0 1 0 0 13a6.500 6.500 0 0 0 0-13zM16 16l4 4')
export const SendIcon = createIcon('M20.500 3.500L3.500 10.500l6.500 3.500l3.500 6.500zM10 14l10.500-10.500')
export const SettingIcon = createIcon('M12 3l7.800 4.500v9L12 21l-7.800-4.500v-9zM12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6z')
export const StopCircleIcon = createIcon(`${circle}M9.500 9.500h5v5h-5z`)
export const TimeIcon = createIcon(`${circle}M12 7v5.500l3.500 2`)
export const UsersIcon = createIcon('M9 5a3.500 3.500 0 1 0 0 7a3.500 3.500 0 0 0 0-7zM2.500 20v-1.500a4 4 0 0 1 4-4h5a4 4 0 0 1 4 4V20M15.500 5.300a3.500 3.500 0 0 1 0 6.400M18 14.700a4 4 0 0 1 3.500 3.900V20')
export const WorkIcon = createIcon('M3.500 8h17v12h-17zM8.500 8V4.500h7V8M3.500 13h17')
