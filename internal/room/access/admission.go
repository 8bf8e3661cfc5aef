package access

import (
	"maps"
	"slices"

	"github.com/huimian/huimian/internal/room/protocol"
)

// Device is a browser of a participant. The zero ID stands for every device:
// admissions were not bound to one at first.
type Device struct{ Participant, ID string }

// Covers reports whether the devices are the same, or d is every device of the
// participant.
func (d Device) Covers(other Device) bool {
	return d.Participant == other.Participant && (d.ID == "" || d.ID == other.ID)
}

// IsIn reports whether people who wait include the participant on the device.
func (d Device) IsIn(people []protocol.Person) bool {
	return slices.ContainsFunc(people, func(p protocol.Person) bool { return p.ID == d.Participant && p.Device == d.ID })
}

// Admissions are the admitted devices of candidates, and what the candidates may
// see of a room's past.
type Admissions struct {
	devices map[Device]bool
	pasts   map[string]Past // since the first admission, by participant id
}

// NewAdmissions returns the admissions of a room without events.
func NewAdmissions() Admissions {
	return Admissions{devices: map[Device]bool{}, pasts: map[string]Past{}}
}

// Admit admits a device with the event seq, at the versions of the documents of the current
// answer.
func (a Admissions) Admit(d Device, seq int64, versions map[string]int) {
	a.devices[d] = true
	if _, again := a.pasts[d.Participant]; !again {
		a.pasts[d.Participant] = Past{seq: seq, versions: maps.Clone(versions)}
	}
}

// ShowAnswer makes the documents of an answer visible to admitted candidates, each from its
// version on unless it was shown to them before.
func (a Admissions) ShowAnswer(versions map[string]int) {
	for _, past := range a.pasts {
		for doc, version := range versions {
			if _, shown := past.versions[doc]; !shown {
				past.versions[doc] = version
			}
		}
	}
}

// AddFiles makes new files of an answer visible to the candidates who can see the answer.
func (a Admissions) AddFiles(answer string, docs []string) {
	for _, past := range a.pasts {
		if _, shown := past.versions[answer]; !shown {
			continue
		}
		for _, doc := range docs {
			past.versions[doc] = 0
		}
	}
}

// Include reports whether the device is admitted.
func (a Admissions) Include(d Device) bool {
	return a.devices[d] || a.devices[Device{Participant: d.Participant}]
}

// PastOf returns what may be seen on the device: nothing unless it is admitted.
func (a Admissions) PastOf(d Device) Past {
	if !a.Include(d) {
		return Past{}
	}
	return a.pasts[d.Participant]
}

// Past is the part of a room's past that a participant may see. Staff see all of
// it. A candidate sees the answers that were the current one since the first
// admission, each of their files from its version at that time on, and the chat messages and
// the runs of these answers that began after the admission. Every message that
// names a version or a run is checked against it, in both directions. The zero
// value is nothing of the past.
type Past struct {
	all      bool
	seq      int64          // events before it are hidden
	versions map[string]int // versions before it are hidden, by document
}

// WholePast returns the past that members may read.
func WholePast() Past { return Past{all: true} }

// IncludesDocument reports whether the document may be read.
func (p Past) IncludesDocument(doc string) bool {
	_, shown := p.versions[doc]
	return p.all || shown
}

// IncludesVersion reports whether the document may be read at the version.
func (p Past) IncludesVersion(doc string, version int) bool {
	first, shown := p.versions[doc]
	return p.all || shown && version >= first
}

// IncludesEvent reports whether the event with the seq may be seen.
func (p Past) IncludesEvent(seq int64) bool { return p.all || p.seq > 0 && seq >= p.seq }

// IncludesRun reports whether the run and its output may be seen. run may be nil.
func (p Past) IncludesRun(run *protocol.Run) bool {
	return run != nil && p.IncludesEvent(run.Seq) && p.IncludesDocument(run.Doc)
}
