package room

// announce tells the members of an event that has been folded. Lock held.
func (r *Room) announce(e *event) {
	switch data := e.data.(type) {
	case *languageData:
		r.tell(&languageMessage{Type: "language", Language: data.Language, By: e.actor}, everybody)
	case *problemData:
		r.announceProblem(e)
	case *chatData:
		if said := r.state.said(e.actor, e.subject); said != nil {
			r.tell(&chatMessage{Type: "chat", Message: *said}, everybody)
		}
	case *runData:
		r.tell(&runStartedMessage{Type: "run_started", Run: startOf(e, data)}, everybody)
	case *outputData:
		r.tell(&runOutputMessage{Type: "run_output", RunID: e.subject, Seq: data.Seq, Chunks: data.Chunks}, everybody)
	case *finishData:
		r.tell(&runFinishedMessage{Type: "run_finished", RunID: e.subject, Result: data.Result}, everybody)
	case *pasteData:
		if e.subject != docNotes {
			r.tell(&activityMessage{
				Type: "activity", ParticipantID: e.actor, Kind: e.kind, At: stamp{e.at},
				Doc: e.subject, Length: data.Length, Outside: data.Outside,
			}, staff)
		}
	default:
		r.announceDoor(e)
	}
}

func (r *Room) announceProblem(e *event) {
	q := r.question()
	r.tell(&problemMessage{Type: "problem", Question: q, By: e.actor}, staff)
	r.tell(&problemMessage{Type: "problem", Question: q.forCandidates(), By: e.actor}, func(m *Member) bool { return !staff(m) })
}

func (r *Room) announceDoor(e *event) {
	switch e.kind {
	case kindKnock:
		for _, m := range r.members {
			if m.waiting && m.who.ID == e.subject {
				r.tell(&knockMessage{Type: "knock", Participant: r.person(m.who), At: stamp{e.at}}, with(canAdmit))
				return
			}
		}
	case kindAdmit:
		r.letIn(e.subject)
	case kindTurnAway:
		r.tell(&knockOverMessage{Type: "knock_over", ParticipantID: e.subject, Outcome: "turned_away"}, with(canAdmit))
		r.sendAllAway(e.subject)
	case kindStart:
		r.announcePhase(e)
	case kindEnd:
		r.announcePhase(e)
		r.sendAllAway("")
		if r.run != nil {
			r.run.cancel()
		}
	case kindFocus, kindBlur:
		r.tell(&activityMessage{Type: "activity", ParticipantID: e.actor, Kind: e.kind, At: stamp{e.at}}, staff)
	}
}

// letIn brings everybody in who waits under that id.
func (r *Room) letIn(id string) {
	first := !holds(r.present(false), id)
	r.tell(&knockOverMessage{Type: "knock_over", ParticipantID: id, Outcome: "admitted"}, with(canAdmit))
	for _, m := range r.members {
		if !m.waiting || m.who.ID != id {
			continue
		}
		m.waiting = false
		m.send(r.welcome(m, nil, nil))
		if first {
			r.arrived(m)
			first = false
		}
	}
	r.here()
}

// sendAllAway turns away who waits under that id, or everybody who waits.
func (r *Room) sendAllAway(id string) {
	for _, m := range r.members {
		if m.waiting && (id == "" || m.who.ID == id) {
			r.sendAway(m)
		}
	}
}

// announcePhase tells each member what they may do now.
func (r *Room) announcePhase(e *event) {
	started, ended := r.times()
	for _, m := range r.members {
		if !m.waiting {
			m.send(&stateMessage{
				Type: "state", State: r.state.phase, StartedAt: started, EndedAt: ended, By: e.actor, Can: m.rights(),
			})
		}
	}
}
