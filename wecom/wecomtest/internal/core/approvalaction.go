package core

import (
	"slices"

	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// NodeStatus returns the status of a node: 1 in progress, 2 agreed, 3 rejected.
func (n *ApprovalNode) NodeStatus() int {
	agreed := 0
	for _, v := range n.Votes {
		if v.Status == model.ApprovalRejected {
			return model.ApprovalRejected
		}
		agreed++
	}
	switch {
	case n.Type == 2, n.Relation == 2 && agreed > 0, agreed == len(n.UserIDs):
		return model.ApprovalPassed
	}
	return model.ApprovalRunning
}

// IsTurnOf reports whether the node is waiting for the member's decision.
func (n *ApprovalNode) IsTurnOf(userID string) bool {
	if n.NodeStatus() != model.ApprovalRunning || slices.ContainsFunc(n.Votes, func(v ApprovalVote) bool { return v.UserID == userID }) {
		return false
	}
	if n.Relation == 3 {
		return n.UserIDs[len(n.Votes)] == userID
	}
	return slices.Contains(n.UserIDs, userID)
}
