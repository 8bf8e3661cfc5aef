package room

import (
	"github.com/huimian/huimian/internal/room/access"
	"github.com/huimian/huimian/internal/room/agenda"
	"github.com/huimian/huimian/internal/room/drawing"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/terminal"
)

// broadcastEvent sends a stored and applied event to the members. r.mu must be
// held.
func (r *Room) broadcastEvent(e *event) {
	r.applyRunEvent(e)
	r.broadcastProgress(e)
	switch data := e.data.(type) {
	case *logevent.Language:
		doc := documentOf(data.Doc)
		r.broadcast(&protocol.Language{Type: "language", Doc: doc, Language: data.Language, By: e.actor}, readersOf(doc))
	case *logevent.Problem:
		r.broadcastProblem(e)
	case *logevent.Files:
		broadcastFiles(r, e, data)
	case *agenda.Addition:
		r.broadcastQuestionAdded(e, data)
	case *logevent.Chat:
		if said := r.state.findChat(e.actor, e.subject); said != nil {
			r.broadcast(&protocol.Chat{Type: "chat", Message: *said}, toAll)
		}
	case *logevent.Run:
		r.broadcast(&protocol.RunStarted{Type: "run_started", Run: newRunStart(e, data)}, r.canSeeRun(e.subject))
	case *logevent.Output:
		r.broadcast(&protocol.RunOutput{Type: "run_output", RunID: e.subject, Seq: data.Seq, Chunks: data.Chunks}, r.canSeeRun(e.subject))
	case *terminal.Resize:
		r.broadcast(&protocol.TerminalResized{Type: "terminal_resized", RunID: e.subject, TerminalSize: data.TerminalSize}, r.canSeeRun(e.subject))
	case *drawing.Update:
		r.broadcast(&protocol.DrawingChanged{Type: "drawing", Seq: e.seq, By: e.actor, Elements: data.Elements}, toAll)
	case *logevent.Finish:
		broadcastFinish(r, e.subject, data)
	case *logevent.Paste:
		if e.subject != docNotes {
			r.broadcast(&protocol.Activity{
				Type: "activity", ParticipantID: e.actor, Kind: e.kind, At: protocol.Timestamp{Time: e.at},
				Doc: e.subject, Length: data.Length, Outside: data.Outside,
			}, isStaff)
		}
	case *logevent.Leave:
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

// broadcastFinish sends the end of a run. r.mu must be held.
func broadcastFinish(r *Room, runID string, d *logevent.Finish) {
	message := &protocol.RunFinished{Type: "run_finished", RunID: runID, Result: d.Result, Report: d.Report}
	r.broadcast(message, isStaff)
	canSee := r.canSeeRun(runID)
	r.broadcast(access.FinishForCandidates(message), func(m *Member) bool { return !isStaff(m) && canSee(m) })
}

func (r *Room) broadcastProblem(e *event) {
	language := r.state.languageOf(r.state.answer, r.manager.runner.Languages())
	message := &protocol.Problem{Type: "problem", Question: r.currentQuestion(), By: e.actor, Language: language, Document: newDocumentView(r.docs[r.state.answer]), FileView: newFileView(r, r.state.answer, r.state.documentsOf(r.state.answer)...)}
	r.broadcast(message, isStaff)
	public := *message
	public.Question = message.Question.ForCandidates()
	r.broadcast(&public, func(m *Member) bool { return !isStaff(m) })
}

func (r *Room) broadcastAdmission(e *event) {
	switch e.kind {
	case logevent.KindJoin:
		delete(r.losses, e.actor)
	case logevent.KindKnock:
		for _, m := range r.members {
			if m.waiting && e.device().Covers(m.device()) {
				r.broadcast(&protocol.Knock{Type: "knock", Participant: onDevice(r.newPersonView(m.participant), m.participant.Device), At: protocol.Timestamp{Time: e.at}}, withRight(access.CanAdmit))
				return
			}
		}
	case logevent.KindAdmit:
		r.admitWaiting(e.device())
	case logevent.KindTurnAway:
		r.broadcast(&protocol.KnockOver{Type: "knock_over", ParticipantID: e.subject, Device: e.device().ID, Outcome: "turned_away"}, withRight(access.CanAdmit))
		r.disconnectWaiting(e.device().Covers)
	case logevent.KindStart, logevent.KindReopen, logevent.KindExtend:
		r.broadcastPhase(e)
	case logevent.KindEnd:
		r.broadcastPhase(e)
		r.disconnectWaiting(func(access.Device) bool { return true })
		if r.activeRun != nil {
			r.activeRun.cancel()
		}
	case logevent.KindFocus, logevent.KindBlur:
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
