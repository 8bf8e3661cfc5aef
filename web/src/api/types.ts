import type { components } from './schema'

type Schemas = components['schemas']

export type Availability = Schemas['Availability']
export type InterviewerAvailability = Schemas['InterviewerAvailability']
export type CalendarDay = Schemas['CalendarDay']
export type Shift = Schemas['Shift']
export type CompanyAvailability = Schemas['CompanyAvailability']
export type CompanyAvailabilityInput = Schemas['CompanyAvailabilityInput']
export type CompanyNotifications = Schemas['CompanyNotifications']
export type CompanyNotificationsInput = Schemas['CompanyNotificationsInput']
export type OwnNotifications = Schemas['OwnNotifications']
export type OwnNotificationsInput = Schemas['OwnNotificationsInput']
export type QuietHours = Schemas['QuietHours']
export type MemberAvailability = Schemas['MemberAvailability']
export type MemberAvailabilityInput = Schemas['MemberAvailabilityInput']
export type AppointmentSettings = Schemas['AppointmentSettings']
export type AppointmentSettingsInput = Schemas['AppointmentSettingsInput']
export type Candidate = Schemas['Candidate']
export type CandidateInput = Schemas['CandidateCreation']
export type ConsentText = Schemas['ConsentText']
export type ConsentTextInput = Schemas['ConsentTextInput']
export type ContactSync = Schemas['ContactSync']
export type Criterion = Schemas['Criterion']
export type CriterionSummary = Schemas['CriterionSummary']
export type Department = Schemas['Department']
export type EmbeddedEvaluation = Schemas['EmbeddedEvaluation']
export type EmbeddedInterview = Schemas['EmbeddedInterview']
export type EmbeddedResume = Schemas['EmbeddedResume']
export type Exam = Schemas['Exam']
export type HistoryEntry = Schemas['HistoryEntry']
export type Interview = Schemas['Interview']
export type InterviewInput = Schemas['InterviewInput']
export type InterviewPatch = Schemas['InterviewPatch']
export type Interviewer = Schemas['Interviewer']
export type MailPreview = Schemas['MailPreview']
export type MailPreviewInput = Schemas['MailPreviewInput']
export type Conversation = Schemas['Conversation']
export type ConversationMessage = Schemas['ConversationMessage']
export type Approval = Schemas['Approval']
export type ApprovalControl = Schemas['ApprovalControl']
export type ApprovalFieldInput = Schemas['ApprovalFieldInput']
export type ApprovalSettings = Schemas['ApprovalSettings']
export type ApprovalSettingsInput = Schemas['ApprovalSettingsInput']
export type ApprovalTemplate = Schemas['ApprovalTemplate']
export type ApprovalView = Schemas['ApprovalView']
export type CustomerServiceSettings = Schemas['CustomerServiceSettings']
export type CustomerServiceSettingsInput = Schemas['CustomerServiceSettingsInput']
export type SmartBotSettings = Schemas['SmartBotSettings']
export type SmartBotSettingsInput = Schemas['SmartBotSettingsInput']
export type DecisionMail = Schemas['DecisionMail']
export type DecisionMailDraft = Schemas['DecisionMailDraft']
export type DecisionMailInput = Schemas['DecisionMailInput']
export type DecisionMailSettings = Schemas['DecisionMailSettings']
export type DecisionMailSettingsInput = Schemas['DecisionMailSettingsInput']
export type DecisionMailView = Schemas['DecisionMailView']
export type MailTemplate = Schemas['MailTemplate']
export type MailTemplateInput = Schemas['MailTemplateInput']
export type MailTemplateKind = MailTemplate['kind']
export type MailText = Schemas['MailText']
export type SavedMailTexts = Schemas['SavedMailTexts']
export type Member = Schemas['Member']
export type Message = Schemas['Message']
export type BookingPage = Schemas['BookingPage']
export type Moment = Schemas['Moment']
/** a note about a moment of an interview */
export type TimedNote = Schemas['Note']
export type NoteInput = Schemas['NoteInput']
export type NotePatch = Schemas['NotePatch']
export type Loop = Schemas['Loop']
export type LoopInput = Schemas['LoopInput']
export type LoopMoveInput = Schemas['LoopMoveInput']
export type LoopProposal = Schemas['LoopProposal']
export type LoopQuery = Schemas['LoopQuery']
export type Offer = Schemas['Offer']
export type Pool = Schemas['Pool']
export type PoolMemberInput = Schemas['PoolMemberInput']
export type HiringManagers = Schemas['HiringManagers']
export type HiringManagersInput = Schemas['HiringManagersInput']
export type HiringDepartment = Schemas['HiringDepartment']
export type HiringSettings = Schemas['HiringSettings']
export type CandidateViewer = Schemas['Viewer']
export type ViewerReason = Schemas['Reason']
export type PoolInput = Schemas['PoolPatch'] & Required<Pick<Schemas['PoolPatch'], 'responseHours' | 'members'>>
export type Proposal = Schemas['Proposal']
export type Substitution = Schemas['Substitution']
export type Substitutions = Schemas['Substitutions']
export type LateNotices = Schemas['LateNotices']
export type OfferInput = Schemas['OfferInput']
export type OfferSlot = Schemas['OfferSlot']
export type OfferState = Offer['state']
export type OfferTimesInput = Schemas['OfferTimesInput']
export type Overview = Schemas['Overview']
export type WorklistCount = Schemas['WorklistCount']
export type WorklistGroup = Schemas['WorklistGroup']
export type Person = Schemas['Person']
export type Position = Schemas['Position']
export type PositionInput = Schemas['PositionInput']
export type ProblemField = Schemas['ProblemField']
export type Question = Schemas['Question']
export type QuestionSummary = Schemas['QuestionSummary']
export type QuestionVersionSummary = Schemas['QuestionVersionSummary']
export type QuestionInput = Schemas['QuestionInput']
export type QuestionHealth = Schemas['QuestionHealth']
export type QuestionUsage = Schemas['QuestionUsage']
export type SolutionResult = Schemas['SolutionResult']
export type VariantsResult = Schemas['VariantsResult']
export type Room = Schemas['Room']
export type RoomSettings = Schemas['RoomSettings']
export type Score = Schemas['Score']
export type Scorecard = Schemas['Scorecard']
export type ScorecardTemplate = Schemas['EditableTemplate']
/** A template in its form; the ids of criteria stay the same while these are moved, and are not sent */
export type ScorecardTemplateDraft = Omit<Schemas['TemplateEdit'], 'criteria'> & { criteria: (TemplateCriterion & { id: string })[] }
export type TemplateCriterion = Schemas['TemplateCriterion']
export type TemplateOption = Schemas['TemplateOption']
export type LocalizedText = Schemas['LocalizedText']
export type ScorecardDraft = Schemas['ScorecardDraft']
export type Scorecards = Schemas['Scorecards']
export type Session = Schemas['Session']
export type ShowMeBugContact = Schemas['ShowMeBugContact']
export type ShowMeBugInput = Schemas['ShowMeBugInput']
export type ShowMeBugMember = Schemas['ShowMeBugMember']
export type ShowMeBugSettings = Schemas['ShowMeBugSettings']
export type Sitting = Schemas['Sitting']
export type SittingInput = Schemas['SittingInput']

export type TestCase = Schemas['TestCase']
export type StarterCode = Schemas['StarterCode']
export type StarterCodeInput = Schemas['StarterCodeInput']
export type TestSuite = Schemas['TestSuite']

export type Role = Session['roles'][number]
/** The acts that pages depend on; docs/roles.md has all. */
export type Act =
  | 'assign_roles'
  | 'edit_availability'
  | 'edit_candidates'
  | 'edit_positions'
  | 'edit_questions'
  | 'edit_settings'
  | 'edit_webhooks'
  | 'erase_candidates'
  | 'read_access'
  | 'read_audit'
  | 'read_candidates'
  | 'read_files'
  | 'read_history'
  | 'read_insight'
  | 'read_interviews'
  | 'read_mail_templates'
  | 'read_messages'
  | 'read_settings'
  | 'manage_calibration'
  | 'read_calibration'
  | 'rate_replays'
  | 'read_worklist'
  | 'run_interviews'
  | 'schedule_interviews'
  | 'send_exams'
export type Language = Session['language']
export type InterviewState = Interview['state']
export type RoomKind = Room['kind']
export type MeetingKind = Interview['meeting']['kind']
export type Decision = NonNullable<Interview['result']>['decision']
export type Recommendation = NonNullable<Scorecard['recommendation']>
