package office

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/huimian/huimian/wecom/wecomtest/internal/contacts"
	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// DecideApproval implements the method of wecomtest.Server.
func (s *Service) DecideApproval(ctx context.Context, corpID, userID, number string, agree bool, speech string) error {
	return s.runApprovalAction(ctx, corpID, userID, number, func(a *core.ApprovalState, actor string) (int, error) {
		i := slices.IndexFunc(a.Nodes, func(n *core.ApprovalNode) bool { return n.NodeStatus() == model.ApprovalRunning })
		if a.Status != model.ApprovalRunning || i < 0 || !a.Nodes[i].IsTurnOf(actor) {
			return 0, fmt.Errorf("deciding approval %s: not the turn of %s", number, actor)
		}
		v := core.ApprovalVote{UserID: actor, Speech: speech, Status: model.ApprovalPassed, Time: s.CurrentTime()}
		if !agree {
			v.Status, a.Status = model.ApprovalRejected, model.ApprovalRejected
		}
		a.Nodes[i].Votes = append(a.Nodes[i].Votes, v)
		if !slices.ContainsFunc(a.Nodes, func(n *core.ApprovalNode) bool { return n.NodeStatus() != model.ApprovalPassed }) {
			a.Status = model.ApprovalPassed
		}
		return v.Status, nil
	})
}

// WithdrawApproval implements the method of wecomtest.Server.
func (s *Service) WithdrawApproval(ctx context.Context, corpID, userID, number string) error {
	return s.runApprovalAction(ctx, corpID, userID, number, func(a *core.ApprovalState, actor string) (int, error) {
		switch {
		case actor != a.Creator:
			return 0, fmt.Errorf("withdrawing approval %s: %s is not its applicant", number, actor)
		case a.Status == model.ApprovalRunning:
			a.Status = model.ApprovalWithdrawn
			return approvalWithdrawn, nil
		case a.Status == model.ApprovalPassed:
			a.Status = model.ApprovalRevoked
			return approvalRevoked, nil
		default:
			return 0, fmt.Errorf("withdrawing approval %s: it is neither running nor passed", number)
		}
	})
}

// Values of StatuChangeEvent.
const (
	approvalWithdrawn = 6
	approvalRevoked   = 8
	approvalCommented = 10
)

// maxApprovalComments is the number of comments on an approval.
const maxApprovalComments = 200

// CommentOnApproval implements the method of wecomtest.Server.
func (s *Service) CommentOnApproval(ctx context.Context, corpID, userID, number, text string) error {
	return s.runApprovalAction(ctx, corpID, userID, number, func(a *core.ApprovalState, actor string) (int, error) {
		if len(a.Comments) >= maxApprovalComments {
			return 0, fmt.Errorf("commenting on approval %s: it has %d comments", number, maxApprovalComments)
		}
		a.Comments = append(a.Comments, core.ApprovalComment{ID: strconv.Itoa(len(a.Comments) + 1), UserID: actor, Text: text, Time: s.CurrentTime()})
		return approvalCommented, nil
	})
}

// DeleteApproval implements the method of wecomtest.Server. WeCom documents no event of a deletion.
func (s *Service) DeleteApproval(corpID, number string) error {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	c := s.CorpStates[corpID]
	if c == nil || c.Approvals[number] == nil {
		return fmt.Errorf("deleting approval %q of %q: unknown", number, corpID)
	}
	c.Approvals[number].Status = model.ApprovalDeleted
	s.NotifyChange(core.Change{Kind: "approval", CorpID: corpID})
	return nil
}

func (s *Service) runApprovalAction(ctx context.Context, corpID, userID, number string, do func(*core.ApprovalState, string) (int, error)) error {
	s.Mu.Lock()
	m := s.FindMember(corpID, userID)
	if m == nil || s.CorpStates[corpID].Approvals[number] == nil {
		s.Mu.Unlock()
		return fmt.Errorf("acting as %q on approval %q of %q: unknown, or not visible to it", userID, number, corpID)
	}
	c := s.CorpStates[corpID]
	kind, err := do(c.Approvals[number], m.UserID)
	if err != nil {
		s.Mu.Unlock()
		return err
	}
	out := s.newApprovalEvents(c, c.Approvals[number], kind)
	s.NotifyChange(core.Change{Kind: "approval", CorpID: corpID})
	s.Mu.Unlock()
	return s.DeliverAll(ctx, out)
}

// newApprovalEvents returns sys_approval_change for every application with ApprovalEvents.
//
// https://developer.work.weixin.qq.com/document/path/91815
func (s *Service) newApprovalEvents(c *core.CorpState, a *core.ApprovalState, kind int) []*core.PendingCallback {
	var out []*core.PendingCallback
	for _, app := range contacts.SortedApps(c) {
		if !app.ApprovalEvents {
			continue
		}
		e := core.NewMessageXML(c.ID, "sys", s.CurrentTime(), "event").AddText("Event", "sys_approval_change").OpenElement("ApprovalInfo").
			AddText("SpNo", a.Number).AddText("SpNoStr", a.Number).AddText("SpName", a.Template.Name).AddNumber("SpStatus", int64(a.Status)).
			AddText("TemplateId", a.Template.ID).AddNumber("ApplyTime", a.AppliedAt.Unix()).
			OpenElement("Applyer").AddText("UserId", a.Creator).AddText("Party", contacts.FormatID(a.Department)).CloseElement("Applyer").OpenElement("ProcessList")
		for _, n := range a.Nodes {
			e.OpenElement("NodeList").AddNumber("NodeType", int64(n.Type)).AddNumber("SpStatus", int64(n.NodeStatus())).AddNumber("ApvRel", int64(n.Relation))
			for _, m := range memberReplies(n) {
				e.OpenElement("SubNodeList").OpenElement("UserInfo").AddText("UserId", m.UserID).CloseElement("UserInfo").AddText("Speech", m.Speech).
					AddNumber("SpYj", int64(m.Status)).AddNumber("Sptime", m.Time).CloseElement("SubNodeList")
			}
			e.CloseElement("NodeList")
		}
		e.CloseElement("ProcessList")
		for _, m := range a.Comments {
			e.OpenElement("Comments").OpenElement("CommentUserInfo").AddText("UserId", m.UserID).CloseElement("CommentUserInfo").
				AddNumber("CommentTime", m.Time.Unix()).AddText("CommentContent", m.Text).AddText("CommentId", m.ID).CloseElement("Comments")
		}
		e.AddNumber("StatuChangeEvent", int64(kind)).CloseElement("ApprovalInfo")
		o := s.Contacts.NewAppEvent(app, nil, "sys_approval_change", e)
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

func memberReplies(n *core.ApprovalNode) []subNode {
	out := []subNode{}
	for _, u := range n.UserIDs {
		m := subNode{UserID: u, Status: model.ApprovalRunning, MediaIDs: []string{}}
		if i := slices.IndexFunc(n.Votes, func(v core.ApprovalVote) bool { return v.UserID == u }); i >= 0 {
			v := n.Votes[i]
			m.Speech, m.Status, m.Time = v.Speech, v.Status, v.Time.Unix()
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
		Contents []core.ApprovalContent `json:"contents"`
	} `json:"apply_data"`
	Comments []commentReply `json:"comments"`
}

type commentReply struct {
	Author struct {
		UserID string `json:"userid"`
	} `json:"commentUserInfo"`
	Time     int64    `json:"commenttime"`
	Text     string   `json:"commentcontent"`
	ID       string   `json:"commentid"`
	MediaIDs []string `json:"media_id"`
}

func commentReplies(a *core.ApprovalState) []commentReply {
	out := []commentReply{}
	for _, m := range a.Comments {
		r := commentReply{Time: m.Time.Unix(), Text: m.Text, ID: m.ID, MediaIDs: []string{}}
		r.Author.UserID = m.UserID
		out = append(out, r)
	}
	return out
}

// getApproval implements oa/getapprovaldetail.
//
// https://developer.work.weixin.qq.com/document/path/91983
func (s *Service) getApproval(r *core.Request) (any, *core.APIError) {
	var in struct {
		Number string `json:"sp_no"`
	}
	if err := r.DecodeBody(&in); err != nil {
		return nil, err
	}
	a, ok := r.Corp.Approvals[in.Number]
	if !ok {
		return nil, core.NewAPIError(301025)
	}
	out := approvalReply{Number: a.Number, Name: a.Template.Name, Status: a.Status, TemplateID: a.Template.ID,
		ApplyTime: a.AppliedAt.Unix(), Applicant: applicantReply{a.Creator, contacts.FormatID(a.Department)}, Comments: commentReplies(a)}
	out.Process.Nodes = []stepReply{}
	for _, n := range a.Nodes {
		out.Process.Nodes = append(out.Process.Nodes, stepReply{int(n.Type), n.NodeStatus(), int(n.Relation), memberReplies(n)})
	}
	out.Data.Contents = append([]core.ApprovalContent{}, a.Contents...)
	return struct {
		Info approvalReply `json:"info"`
	}{out}, nil
}
