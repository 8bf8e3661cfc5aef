package wecomtest

import (
	"context"
	"fmt"
	"slices"
)

// nodeStatus returns the status of a node: 1 in progress, 2 agreed, 3 rejected.
func (n *approvalNode) nodeStatus() int {
	agreed := 0
	for _, v := range n.votes {
		if v.status == ApprovalRejected {
			return ApprovalRejected
		}
		agreed++
	}
	switch {
	case n.Type == 2, n.Relation == 2 && agreed > 0, agreed == len(n.UserIDs):
		return ApprovalPassed
	}
	return ApprovalRunning
}

// isTurnOf reports whether the node is waiting for the member's decision.
func (n *approvalNode) isTurnOf(userID string) bool {
	if n.nodeStatus() != ApprovalRunning || slices.ContainsFunc(n.votes, func(v approvalVote) bool { return v.userID == userID }) {
		return false
	}
	if n.Relation == 3 {
		return n.UserIDs[len(n.votes)] == userID
	}
	return slices.Contains(n.UserIDs, userID)
}

// DecideApproval agrees to or rejects an approval as the member whose turn it is.
func (s *Server) DecideApproval(ctx context.Context, corpID, userID, number string, agree bool, speech string) error {
	return s.runApprovalAction(ctx, corpID, userID, number, func(a *approvalState, actor string) (int, error) {
		i := slices.IndexFunc(a.nodes, func(n *approvalNode) bool { return n.nodeStatus() == ApprovalRunning })
		if a.status != ApprovalRunning || i < 0 || !a.nodes[i].isTurnOf(actor) {
			return 0, fmt.Errorf("deciding approval %s: not the turn of %s", number, actor)
		}
		v := approvalVote{actor, speech, ApprovalPassed, s.currentTime()}
		if !agree {
			v.status, a.status = ApprovalRejected, ApprovalRejected
		}
		a.nodes[i].votes = append(a.nodes[i].votes, v)
		if !slices.ContainsFunc(a.nodes, func(n *approvalNode) bool { return n.nodeStatus() != ApprovalPassed }) {
			a.status = ApprovalPassed
		}
		return v.status, nil
	})
}

// WithdrawApproval withdraws an approval as its applicant.
func (s *Server) WithdrawApproval(ctx context.Context, corpID, userID, number string) error {
	return s.runApprovalAction(ctx, corpID, userID, number, func(a *approvalState, actor string) (int, error) {
		if a.status != ApprovalRunning || actor != a.creator {
			return 0, fmt.Errorf("withdrawing approval %s: already decided, or %s is not its applicant", number, actor)
		}
		a.status = ApprovalWithdrawn
		return 6, nil
	})
}

func (s *Server) runApprovalAction(ctx context.Context, corpID, userID, number string, do func(*approvalState, string) (int, error)) error {
	s.init()
	s.mu.Lock()
	m := s.findMember(corpID, userID)
	if m == nil || s.corps[corpID].approvals[number] == nil {
		s.mu.Unlock()
		return fmt.Errorf("acting as %q on approval %q of %q: unknown, or not visible to it", userID, number, corpID)
	}
	c := s.corps[corpID]
	kind, err := do(c.approvals[number], m.UserID)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	out := s.newApprovalEvents(c, c.approvals[number], kind)
	s.notifyChange(change{Kind: "approval", CorpID: corpID})
	s.mu.Unlock()
	return s.deliverAll(ctx, out)
}

// newApprovalEvents returns sys_approval_change for every application with ApprovalEvents.
//
// https://developer.work.weixin.qq.com/document/path/91815
func (s *Server) newApprovalEvents(c *corpState, a *approvalState, kind int) []*pendingCallback {
	var out []*pendingCallback
	for _, app := range c.sortedApps() {
		if !app.ApprovalEvents {
			continue
		}
		e := newMessageXML(c.ID, "sys", s.currentTime(), "event").addText("Event", "sys_approval_change").openElement("ApprovalInfo").
			addText("SpNo", a.number).addText("SpNoStr", a.number).addText("SpName", a.template.Name).addNumber("SpStatus", int64(a.status)).
			addText("TemplateId", a.template.ID).addNumber("ApplyTime", a.appliedAt.Unix()).
			openElement("Applyer").addText("UserId", a.creator).addText("Party", formatID(a.department)).closeElement("Applyer").openElement("ProcessList")
		for _, n := range a.nodes {
			e.openElement("NodeList").addNumber("NodeType", int64(n.Type)).addNumber("SpStatus", int64(n.nodeStatus())).addNumber("ApvRel", int64(n.Relation))
			for _, m := range n.memberReplies() {
				e.openElement("SubNodeList").openElement("UserInfo").addText("UserId", m.UserID).closeElement("UserInfo").addText("Speech", m.Speech).
					addNumber("SpYj", int64(m.Status)).addNumber("Sptime", m.Time).closeElement("SubNodeList")
			}
			e.closeElement("NodeList")
		}
		e.closeElement("ProcessList").addNumber("StatuChangeEvent", int64(kind)).closeElement("ApprovalInfo")
		o := s.newAppEvent(app, nil, "sys_approval_change", e)
		o.From = "sys"
		out = append(out, o)
	}
	return out
}

type subNode struct {
	UserID   string   `json:"userid"`
	Speech   string   `json:"speech"`
	Status   int      `json:"sp_yj"`
	Time     int64    `json:"sptime"`
	MediaIDs []string `json:"media_ids"`
}

func (n *approvalNode) memberReplies() []subNode {
	out := []subNode{}
	for _, u := range n.UserIDs {
		m := subNode{UserID: u, Status: ApprovalRunning, MediaIDs: []string{}}
		if i := slices.IndexFunc(n.votes, func(v approvalVote) bool { return v.userID == u }); i >= 0 {
			v := n.votes[i]
			m.Speech, m.Status, m.Time = v.speech, v.status, v.time.Unix()
		}
		out = append(out, m)
	}
	return out
}

type stepReply struct {
	Type     int       `json:"node_type"`
	Status   int       `json:"sp_status"`
	Relation int       `json:"apv_rel"`
	Members  []subNode `json:"sub_node_list"`
}

type applicantReply struct {
	UserID string `json:"userid"`
	Party  string `json:"partyid"`
}

type approvalReply struct {
	Number     string         `json:"sp_no"`
	Name       string         `json:"sp_name"`
	Status     int            `json:"sp_status"`
	TemplateID string         `json:"template_id"`
	ApplyTime  int64          `json:"apply_time"`
	Applicant  applicantReply `json:"applyer"`
	Process    struct {
		Nodes []stepReply `json:"node_list"`
	} `json:"process_list"`
	Data struct {
		Contents []approvalContent `json:"contents"`
	} `json:"apply_data"`
}

// getApproval implements oa/getapprovaldetail.
//
// https://developer.work.weixin.qq.com/document/path/91983
func (s *Server) getApproval(r *request) (any, *apiError) {
	var in struct {
		Number string `json:"sp_no"`
	}
	if err := r.decodeBody(&in); err != nil {
		return nil, err
	}
	a, ok := r.corp.approvals[in.Number]
	if !ok {
		return nil, newAPIError(301025)
	}
	out := approvalReply{Number: a.number, Name: a.template.Name, Status: a.status, TemplateID: a.template.ID,
		ApplyTime: a.appliedAt.Unix(), Applicant: applicantReply{a.creator, formatID(a.department)}}
	out.Process.Nodes = []stepReply{}
	for _, n := range a.nodes {
		out.Process.Nodes = append(out.Process.Nodes, stepReply{int(n.Type), n.nodeStatus(), int(n.Relation), n.memberReplies()})
	}
	out.Data.Contents = append([]approvalContent{}, a.contents...)
	return struct {
		Info approvalReply `json:"info"`
	}{out}, nil
}
