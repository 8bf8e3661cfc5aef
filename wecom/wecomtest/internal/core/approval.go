package core

import (
	"time"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// LangText is a text in one language.
type LangText struct {
	Text string `json:"text"`
	Lang string `json:"lang"`
}

// ApprovalState is a submitted approval. Core.Mu guards it.
type ApprovalState struct {
	Number     string
	App        *AppState
	Template   model.ApprovalTemplate
	Creator    string
	Department int64
	AppliedAt  time.Time
	Status     int
	Nodes      []*ApprovalNode
	Contents   []ApprovalContent
	Comments   []ApprovalComment // at most office.maxApprovalComments
}

// ApprovalComment is a remark of a member on an approval.
type ApprovalComment struct {
	ID           string
	UserID, Text string
	Time         time.Time
}

// ApprovalNode is a step of an approval with the decisions made in it.
type ApprovalNode struct {
	Type     model.Int `json:"type"`
	Relation model.Int `json:"apv_rel"`
	UserIDs  []string  `json:"userid"`
	Votes    []ApprovalVote
}

// ApprovalVote is the decision of one approver.
type ApprovalVote struct {
	UserID, Speech string
	Status         int // 2 agreed, 3 rejected
	Time           time.Time
}
