package calibration

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/huimian/huimian/internal/actor"
	"github.com/huimian/huimian/internal/apperr"
	"github.com/huimian/huimian/internal/i18n"
	"github.com/huimian/huimian/internal/member"
	"github.com/huimian/huimian/internal/room/logevent"
	"github.com/huimian/huimian/internal/room/protocol"
	"github.com/huimian/huimian/internal/room/replay"
)

// notesDoc is the document of the interviewers' shared notes, which a replay without names lacks:
// it has names, and judgements that would influence a rater.
const notesDoc = "notes"

// replayStart is the time of the first event of a replay without names: the real one would
// identify the interview in a calendar.
var replayStart = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// cast is the participants in the log of a room.
type cast struct {
	start   time.Time         // of the log
	aliases map[string]string // by participant: the id in the replay without names
	roles   map[string]part   // by participant who has joined
	staff   map[string]bool   // folded userids
}

// part is the role of a participant, and a number among those with the role, from 0.
type part struct {
	role   protocol.Role
	number int
}

// readCast reads the participants from the events of a log.
func readCast(ctx context.Context, log *replay.Log) (*cast, error) {
	c := &cast{aliases: map[string]string{}, roles: map[string]part{}, staff: map[string]bool{}}
	counts := map[protocol.Role]int{}
	for e, err := range log.Events(ctx) {
		if err != nil {
			return nil, err
		}
		if c.start.IsZero() {
			c.start = e.At
		}
		c.aliasOf(e.Actor)
		if e.Kind != logevent.KindJoin && e.Kind != logevent.KindKnock {
			continue
		}
		var join logevent.Join
		if err := json.Unmarshal([]byte(e.Data), &join); err != nil {
			return nil, fmt.Errorf("reading event %d of a log: %w", e.Seq, err)
		}
		if _, known := c.roles[e.Actor]; !known {
			c.roles[e.Actor] = part{join.Role, counts[join.Role]}
			counts[join.Role]++
		}
		if join.Role.IsStaff() {
			c.staff[member.FoldUserID(cmp.Or(join.UserID, e.Actor))] = true // logs of early versions have userids as participants
		}
	}
	return c, nil
}

// aliasOf returns the id of a participant in the replay without names; "" is the system.
func (c *cast) aliasOf(id string) string {
	if id != "" && c.aliases[id] == "" {
		c.aliases[id] = "r:" + strconv.Itoa(len(c.aliases)+1)
	}
	return c.aliases[id]
}

// nameOf returns the role in place of the name: interviewers are A, B and so on, in the order in
// which they entered.
func (c *cast) nameOf(lang, id string) string {
	p, known := c.roles[id]
	if !known {
		return i18n.T(lang, "calibration.role.member", nil)
	}
	letter := strconv.Itoa(p.number + 1)
	if p.number < 26 {
		letter = string(rune('A' + p.number))
	}
	return i18n.T(lang, "calibration.role."+string(p.role), map[string]any{"Letter": letter})
}

func (c *cast) shiftTime(at time.Time) time.Time { return replayStart.Add(at.Sub(c.start)) }

// newView returns how the log is written without names.
func (c *cast) newView(lang, id string) replay.View {
	return replay.View{
		ID: id, HasDoc: func(doc string) bool { return doc != notesDoc },
		MapUpdate: func(u replay.Update) replay.Update {
			u.At, u.Author = c.shiftTime(u.At), c.aliasOf(u.Author)
			return u
		},
		MapEvent: func(e replay.Event) (replay.Event, bool, error) { return c.mapEvent(lang, e) },
	}
}

// plainKinds are the kinds of event without data.
var plainKinds = map[string]bool{logevent.KindFocus: true, logevent.KindBlur: true}

// mapEvent removes what identifies a person. Kinds of later versions are left out, because their
// data is not known.
func (c *cast) mapEvent(lang string, e replay.Event) (replay.Event, bool, error) {
	name := c.nameOf(lang, e.Actor)
	e.At = c.shiftTime(e.At)
	if e.Kind == logevent.KindAdmit || e.Kind == logevent.KindTurnAway {
		e.Subject = c.aliasOf(e.Subject)
	}
	e.Actor = c.aliasOf(e.Actor)
	data := logevent.NewData(e.Kind)
	if data == nil {
		e.Data = json.RawMessage("{}")
		return e, plainKinds[e.Kind], nil
	}
	if err := json.Unmarshal(e.Data, data); err != nil {
		return e, false, fmt.Errorf("reading event %d of a log: %w", e.Seq, err)
	}
	switch d := data.(type) {
	case *logevent.Join:
		*d = logevent.Join{Name: name, Role: d.Role}
	case *logevent.Phase:
		d.UserID = name // what is displayed for an actor who never joined
	case *logevent.Extend:
		d.UserID, d.EndsAt.Time = "", c.shiftTime(d.EndsAt.Time)
	case *logevent.Admission:
		d.Device = ""
	case *logevent.Chat:
		d.Name = name
	}
	raw, err := json.Marshal(data)
	if err != nil {
		return e, false, fmt.Errorf("encoding event %d of a log: %w", e.Seq, err)
	}
	e.Data = raw
	return e, true, nil
}

// Replay is the replay of an exercise or an interview without names.
type Replay struct {
	log  *replay.Log
	view replay.View
}

// WriteJSON writes a replay.Replay. Names in code, file names, the chat and the drawing remain.
func (r *Replay) WriteJSON(ctx context.Context, w io.Writer) error {
	return r.log.WriteView(ctx, w, r.view)
}

// OpenReplay returns the replay of an exercise for its raters and for managers.
func (s *Service) OpenReplay(ctx context.Context, a actor.Actor, lang, id string) (*Replay, error) {
	v, err := s.readView(ctx, a, id)
	if err != nil {
		return nil, err
	}
	if err := apperr.ForbiddenUnless(v.Own != nil || v.MayManage); err != nil {
		return nil, err
	}
	e, err := readExercise(ctx, s.DB.DB, a.CorpID, id)
	if err != nil {
		return nil, err
	}
	return s.openLog(ctx, lang, e.InterviewID, e.CorpID, e.ID)
}

// Preview returns what raters of an interview would see, before it becomes an exercise.
func (s *Service) Preview(ctx context.Context, a actor.Actor, lang, interviewID string) (*Replay, error) {
	if err := a.Require(actor.ManageCalibration); err != nil {
		return nil, err
	}
	i, err := s.Interviews.GetUnchecked(ctx, a.CorpID, interviewID)
	if err != nil {
		return nil, err
	}
	if err := s.checkInterview(ctx, i); err != nil {
		return nil, err
	}
	return s.openLog(ctx, lang, i.ID, i.CorpID, "")
}

func (s *Service) openLog(ctx context.Context, lang, interviewID, corpID, id string) (*Replay, error) {
	log, err := replay.Open(ctx, s.DB, corpID, interviewID)
	if err != nil {
		return nil, err
	}
	c, err := readCast(ctx, log)
	if err != nil {
		return nil, err
	}
	return &Replay{log, c.newView(lang, id)}, nil
}
