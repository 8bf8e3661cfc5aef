import 'i18next'
import type access from './access/zh-CN.json'
import type admin from './admin/zh-CN.json'
import type approval from './approval/zh-CN.json'
import type calendar from './calendar/zh-CN.json'
import type conversation from './conversation/zh-CN.json'
import type calibration from './calibration/zh-CN.json'
import type exams from './exams/zh-CN.json'
import type files from './files/zh-CN.json'
import type history from './history/zh-CN.json'
import type insight from './insight/zh-CN.json'
import type loop from './loop/zh-CN.json'
import type questions from './questions/zh-CN.json'
import type replay from './replay/zh-CN.json'
import type resultMail from './resultMail/zh-CN.json'
import type room from './room/zh-CN.json'
import type scorecards from './scorecards/zh-CN.json'
import type signin from './signin/zh-CN.json'
import type texts from './zh-CN.json'

// Makes the compiler refuse a text id that does not exist.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof texts; access: typeof access; admin: typeof admin; approval: typeof approval; calendar: typeof calendar; conversation: typeof conversation; history: typeof history; calibration: typeof calibration; exams: typeof exams; files: typeof files; insight: typeof insight; loop: typeof loop; questions: typeof questions; room: typeof room; replay: typeof replay; resultMail: typeof resultMail; scorecards: typeof scorecards; signin: typeof signin }
  }
}
