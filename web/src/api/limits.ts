/** Lengths of texts in characters, as in the OpenAPI document: limits.test.ts compares them. */
export const limits = {
  CancelInput: { reason: 500 },
  CandidateCreation: { name: 100, email: 254, mobile: 32, resumeUrl: 2000, source: 100, note: 5000 },
  InterviewInput: { title: 100, note: 5000 },
  PositionInput: { title: 100, department: 100, level: 50, description: 20_000 },
  QuestionInput: { title: 200, body: 50_000, interviewerNotes: 20_000 },
  ResponseInput: { reason: 500 },
  ResultInput: { comment: 5000 },
  RoomInput: { url: 2000 },
  Score: { comment: 2000 },
  ScorecardDraft: { comment: 10_000 },
  ShowMeBugContact: { email: 200, mobile: 40 },
  ShowMeBugInput: { clientId: 200, clientSecret: 200 },
  SittingInput: { examName: 200 },
  StarterCode: { code: 20_000 },
  TokenInput: { name: 100 },
  WebhookInput: { url: 2000, description: 200 },
} as const
