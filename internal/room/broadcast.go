package room

import (
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/terminal"
)

// broadcastEvent sends a stored and applied event to the members. r.mu must be
// held.
func (r *Room) broadcastEvent(e *event) {
	r.applyRunEvent(e)
	r.broadcastProgress(e)
	switch data := e.data.(type) {
	case *languageData:
		doc := documentOf(data.Doc)
		r.broadcast(&protocol.Language{Type: "language", Doc: doc, Language: data.Language, By: e.actor}, readersOf(doc))
	case *problemData:
		r.broadcastProblem(e)
	case *agenda.Addition:
		r.broadcastQuestionAdded(e, data)
	case *chatData:
		if said := r.state.findChat(e.actor, e.subject); said != nil {
			r.broadcast(&protocol.Chat{Type: "chat", Message: *said}, toAll)
		}
	case *runData:
		r.broadcast(&protocol.RunStarted{Type: "run_started", Run: newRunStart(e, data)}, r.canSeeRun(e.subject))
	case *outputData:
		r.broadcast(&protocol.RunOutput{Type: "run_output", RunID: e.subject, Seq: data.Seq, Chunks: data.Chunks}, r.canSeeRun(e.subject))
	case *terminal.Resize:
		r.broadcast(&protocol.TerminalResized{Type: "terminal_resized", RunID: e.subject, TerminalSize: data.TerminalSize}, r.canSeeRun(e.subject))
	case *finishData:
		data.broadcastTo(r, e.subject)
	case *pasteData:
		if e.subject != docNotes {
			r.broadcast(&protocol.Activity{
				Type: "activity", ParticipantID: e.actor, Kind: e.kind, At: protocol.Timestamp{Time: e.at},
				Doc: e.subject, Length: data.Length, Outside: data.Outside,
			}, isStaff)
		}
	case *leaveData:
		lost := &protocol.ConnectionLost{Type: "connection_lost", ParticipantID: e.actor, At: protocol.Timestamp{Time: e.at}}
		if delete(r.losses, e.actor); data.Lost && containsPerson(r.presence(false), e.actor) {
			r.losses[e.actor] = lost
		} else if data.Lost {
			r.broadcast(lost, toAll)
		}
	default:
		r.broadcastAdmission(e)
	}
}

// broadcastTo sends the end of a run. r.mu must be held.
func (d *finishData) broadcastTo(r *Room, runID string) {
	message := &protocol.RunFinished{Type: "run_finished", RunID: runID, Result: d.Result, Report: d.Report}
	r.broadcast(message, isStaff)
	canSee := r.canSeeRun(runID)
	r.broadcast(access.FinishForCandidates(message), func(m *Member) bool { return !isStaff(m) && canSee(m) })
}

func (r *Room) broadcastProblem(e *event) {
	language := r.state.languageOf(r.state.answer, r.manager.runner.Languages())
	message := &protocol.Problem{Type: "problem", Question: r.currentQuestion(), By: e.actor, Language: language, Document: newDocumentView(r.docs[r.state.answer])}
	r.broadcast(message, isStaff)
	public := *message
	public.Question = message.Question.ForCandidates()
	r.broadcast(&public, func(m *Member) bool { return !isStaff(m) })
}

func (r *Room) broadcastAdmission(e *event) {
	switch e.kind {
	case kindJoin:
		delete(r.losses, e.actor)
	case kindKnock:
		for _, m := range r.members {
			if m.waiting && e.device().Covers(m.device()) {
				r.broadcast(&protocol.Knock{Type: "knock", Participant: onDevice(r.newPersonView(m.participant), m.participant.Device), At: protocol.Timestamp{Time: e.at}}, withRight(access.CanAdmit))
				return
			}
		}
	case kindAdmit:
		r.admitWaiting(e.device())
	case kindTurnAway:
		r.broadcast(&protocol.KnockOver{Type: "knock_over", ParticipantID: e.subject, Device: e.device().ID, Outcome: "turned_away"}, withRight(access.CanAdmit))
		r.disconnectWaiting(e.device().Covers)
	case kindStart, kindReopen, kindExtend:
		r.broadcastPhase(e)
	case kindEnd:
		r.broadcastPhase(e)
		r.disconnectWaiting(func(access.Device) bool { return true })
		if r.activeRun != nil {
			r.activeRun.cancel()
		}
	case kindFocus, kindBlur:
		r.broadcast(&protocol.Activity{Type: "activity", ParticipantID: e.actor, Kind: e.kind, At: protocol.Timestamp{Time: e.at}}, isStaff)
	}
}

// admitWaiting admits all waiting sockets of the device.
func (r *Room) admitWaiting(d access.Device) {
	first := !containsPerson(r.presence(false), d.Participant)
	r.broadcast(&protocol.KnockOver{Type: "knock_over", ParticipantID: d.Participant, Device: d.ID, Outcome: "admitted"}, withRight(access.CanAdmit))
	for _, m := range r.members {
		if !m.waiting || !d.Covers(m.device()) {
			continue
		}
		m.waiting = false
		m.sendMessage(r.newWelcome(m, nil, nil))
		if first {
			r.broadcastJoined(m)
			first = false
		}
	}
	r.publishPresence()
}

// disconnectWaiting disconnects the waiting sockets of devices.
func (r *Room) disconnectWaiting(of func(access.Device) bool) {
	for _, m := range r.members {
		if m.waiting && of(m.device()) {
			r.rejectMember(m)
		}
	}
}
