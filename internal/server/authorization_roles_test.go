package server_test

import (
	"context"
	"net/http"
	"slices"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/hiring"
)

// roleMembers are members of acme with a role each. han is hiring manager of the position of the
// object, ola of another position.
var roleMembers = map[string]actor.Roles{
	"kai": actor.Coordinator, "ivy": actor.Auditor, "han": actor.Interviewer, "ola": actor.Interviewer,
}

// roleGrants are the operations that a role permits beyond those of a member who is not on the
// interview, with the status; 0 is any 2xx. Every other operation is denied to the role.
var roleGrants = map[string]map[string]int{
	"kai": { // listScorecards: how many are missing; the objects named in the input do not exist
		"answerCandidate":       http.StatusConflict, // customer service is off
		"renewConversationLink": http.StatusConflict,
		"getConversation":       0,
		"cancelInterview":       0,
		"cancelLoop":            0,
		"createCandidateLink":   0,
		"createLoop":            http.StatusUnprocessableEntity,
		"createOffer":           http.StatusUnprocessableEntity,
		"exportDebrief":         0, // without scorecards
		"findAvailability":      0,
		"getCandidate":          0,
		"getDebrief":            0,
		"getInterview":          0,
		"getLoop":               0,
		"getMemberAvailability": http.StatusForbidden,
		"getOffer":              0,
		"getPool":               0,
		"getSubstitutions":      0,
		"listAppointments":      0,
		"listCandidates":        0,
		"listLateNotices":       0,
		"listOffers":            0,
		"listScorecards":        0,
		"moveLoop":              0,
		"proposeInterviewers":   0,
		"proposeLoop":           http.StatusUnprocessableEntity,
		"retryAppointments":     0,
		"retryRoom":             0,
		"scheduleInterview":     http.StatusUnprocessableEntity,
		"setMemberAvailability": http.StatusForbidden,
		"setOfferTimes":         0,
		"setSubstitution":       0,
		"showCandidateLink":     0,
		"showOfferLink":         0,
		"updateInterview":       0,
		"withdrawOffer":         0,
	},
	"ivy": {
		"exportAudit":                0,
		"getCalibrationFigures":      0,
		"getConsentText":             0,
		"getMailTemplate":            0,
		"getMemberAvailability":      http.StatusForbidden,
		"getSystemStatus":            0,
		"listAudit":                  0,
		"listHiringDepartments":      0,
		"listMailTemplateVersions":   0,
		"listMailTemplates":          0,
		"getDecisionMailSettings":    0,
		"getApprovalSettings":        0,
		"getCustomerServiceSettings": 0,
		"getSmartBotSettings":        0,
		"previewMailTemplate":        0,
		"setMemberAvailability":      http.StatusForbidden,
		"verifyAudit":                0,
	},
	"han": {
		"getApproval":           0,
		"createNote":            0,
		"exportDebrief":         0,
		"getCandidate":          0,
		"getDebrief":            0,
		"getInterview":          0,
		"getLoop":               0,
		"getMemberAvailability": http.StatusForbidden,
		"listAppointments":      0,
		"listCandidateFiles":    0,
		"listCandidates":        0,
		"listLateNotices":       0,
		"listNotes":             0,
		"listScorecards":        0,
		"readFile":              0,
		"setMemberAvailability": http.StatusForbidden,
	},
	"ola": { // an empty list
		"getMemberAvailability": http.StatusForbidden,
		"listCandidates":        0,
		"setMemberAvailability": http.StatusForbidden,
	},
}

func (f *fixture) insertRoles() {
	f.T.Helper()
	err := f.DB.InTx(f.T.Context(), func(ctx context.Context, tx *db.Tx) error {
		for user, roles := range roleMembers {
			_, err := tx.NewRaw("INSERT INTO members (corp_id, user_id, name, active, roles, synced_at) VALUES ('acme', ?, ?, TRUE, ?, ?)", user, user, roles, f.Clock.Now()).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.T.Fatal(err)
	}
}

// nameManager makes a member the only hiring manager of a position.
func (f *fixture) nameManager(positionID, userID string) {
	f.T.Helper()
	_, err := f.Hiring.Update(f.T.Context(), actor.ForMember("acme", "ada", actor.Administrator), positionID, 0, func(m *hiring.Managers) { m.UserIDs = []string{userID} })
	if err != nil {
		f.T.Fatal(err)
	}
}

// checkRoles checks an operation on an object of the position by each role.
func (f *fixture) checkRoles(id, positionID string, rule expectedStatuses, call func(user string) int) {
	f.T.Helper()
	another := f.ScheduleInterview()
	f.nameManager(positionID, "han")
	f.nameManager(another.Position.ID, "ola")
	for _, user := range []string{"ola", "ivy", "han", "kai"} {
		got := call(user)
		want, granted := roleGrants[user][id]
		denied := got == http.StatusForbidden || got == http.StatusNotFound
		switch {
		case granted && (got == want || want == 0 && got/100 == 2):
		case !granted && denied && slices.Contains([]int{http.StatusForbidden, http.StatusNotFound}, rule.colleague):
		case !granted && (got == rule.colleague || rule.colleague == 0 && got/100 == 2):
		default:
			f.T.Errorf("%s by %s: %d, granted %v, want %d; a member who is not on it: %d", id, user, got, granted, want, rule.colleague)
		}
	}
}
