package mailtemplate

import (
	"strings"

	"github.com/huimian/huimian/internal/i18n"
)

// Default returns the text of the program.
func Default(k Kind, lang string) Text {
	d := defaults{lang: lang, params: map[string]any{}}
	for param, name := range map[string]Placeholder{
		"Company": Company, "Name": Candidate, "Organizer": Organizer, "Position": Position, "Zone": Zone, "Deadline": Deadline, "Exam": Test, "WeChat": WeChat,
	} {
		d.params[param] = name.asWritten()
	}
	d.params["Title"] = d.translateText("candidate.title")
	switch k {
	case BookingOffer:
		return d.newOfferText("notify.offer.subject")
	case BookingOfferAgain:
		return d.newOfferText("notify.offer.subject_again")
	case WrittenTest:
		return d.newTestText()
	case DecisionPassed, DecisionRejected:
		return d.newDecisionText("notify.decision_mail." + strings.TrimPrefix(string(k), "decision_"))
	case RoundsInvite, RoundsChanged, RoundsCancelled:
		return d.newInterviewsText(k)
	default:
		return d.newInterviewText(k)
	}
}

// defaults builds texts of the program from those of package i18n.
type defaults struct {
	lang   string
	params map[string]any
}

func (d defaults) translateText(id string) string { return i18n.T(d.lang, id, d.params) }

// newLetter returns a text with a salutation and a closing.
func (d defaults) newLetter(subject string, lines ...string) Text {
	lines = append([]string{d.translateText("notify.mail.hello"), ""}, lines...)
	return Text{Subject: d.translateText(subject), Body: strings.Join(append(lines, "{{company}}"), "\n")}
}

func (d defaults) newLabel(id, value string) string {
	colon := "："
	if d.lang == "en" {
		colon = ": "
	}
	return d.translateText("notify.field."+id) + colon + value
}

func (d defaults) newInterviewText(k Kind) Text {
	mail := "notify.mail." + string(k)
	lines := []string{d.translateText(mail + ".body"), "", d.translateText("candidate.title"), d.newLabel("time", "{{time}}"), d.newLabel("position", "{{position}}"), ""}
	if k != Cancelled {
		lines = append(lines, d.translateText("notify.mail.link"), "{{link}}", "", "{{meeting}}", "", d.translateText("notify.mail.wechat"), "")
	}
	return d.newLetter(mail+".subject", append(lines, d.translateText("notify.mail.contact"))...)
}

func (d defaults) newInterviewsText(k Kind) Text {
	kind := strings.TrimPrefix(string(k), roundsPrefix)
	lines := []string{d.translateText("notify.mail.rounds." + kind + ".body"), "", d.translateText("candidate.title"), d.newLabel("position", "{{position}}"), ""}
	if k != RoundsCancelled {
		lines = append(lines, d.translateText("notify.mail.rounds.link"), "")
	}
	return d.newLetter("notify.mail."+kind+".subject", append(lines, "{{schedule}}", "", d.translateText("notify.mail.contact"))...)
}

func (d defaults) newOfferText(subject string) Text {
	return d.newLetter(subject, d.translateText("notify.offer.body"), "", "{{times}}", "",
		d.translateText("notify.offer.link"), "{{link}}", "", d.translateText("notify.offer.deadline"), d.translateText("notify.mail.contact"))
}

func (d defaults) newTestText() Text {
	return d.newLetter("notify.exam.subject", d.translateText("notify.exam.body"), "", "{{test}}", "{{link}}", "", d.translateText("notify.exam.advice"))
}

func (d defaults) newDecisionText(id string) Text {
	return d.newLetter(id+".subject", d.translateText(id+".body"), "", d.translateText(id+".closing"), "", d.translateText("notify.mail.contact"))
}
