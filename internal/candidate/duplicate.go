package candidate

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/net/idna"

	"github.com/huimian/huimian/internal/db"
	"github.com/huimian/huimian/internal/searchtext"
	"github.com/huimian/huimian/internal/validate"
)

// Index finds duplicates among the company's candidates while a batch is
// created: a query for each of thousands of entries would scan all of them each
// time.
type Index struct{ byEmail, byMobile, byName map[string][]*Candidate }

// ReadIndex reads all candidates of the company; of each the id, the name, the
// contact data and the position.
func ReadIndex(ctx context.Context, tx *db.Tx, corpID string) (*Index, error) {
	var list []Candidate
	err := tx.NewSelect().Model(&list).Column("id", "name", "email", "mobile", "position_id").
		Where("c.corp_id = ?", corpID).Order("c.created_at", "c.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the candidates: %w", err)
	}
	return newIndex(list), nil
}

// NewIndex returns an index of no candidates.
func NewIndex() *Index {
	return &Index{map[string][]*Candidate{}, map[string][]*Candidate{}, map[string][]*Candidate{}}
}

func newIndex(list []Candidate) *Index {
	d := NewIndex()
	for n := range list {
		d.Add(&list[n])
	}
	return d
}

// DuplicateCodes begins the codes of the warnings of Create; their parameters name a
// stored candidate.
const DuplicateCodes = "candidate.same_"

// maxDuplicates limits the duplicates that are named in the warnings of a candidate.
const maxDuplicates = 3

// warnOfDuplicates returns a warning for each stored candidate who may be the same
// person as c. Creations of one person wait for each other until the transaction
// ends.
func warnOfDuplicates(ctx context.Context, tx *db.Tx, c *Candidate) error {
	email, mobile, name := emailKey(c.Email), mobileKey(c.Mobile), nameKey(c.Name)
	var locks []string
	for kind, key := range map[string]string{"email": email, "mobile": mobile, "name": name} {
		if key != "" {
			locks = append(locks, "candidate/"+c.CorpID+"/"+kind+"/"+key)
		}
	}
	if err := tx.LockNames(ctx, locks); err != nil {
		return err
	}
	var list []Candidate
	err := selectCandidates(tx, &list, c.CorpID).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q.WhereOr("?", db.Matches("c.search_name", c.Name))
		if email != "" {
			q.WhereOr("?", db.Matches("c.search_text", email)).WhereOr("?", db.Matches("c.search_text", unicodeEmail(email)))
		}
		if mobile != "" {
			q.WhereOr("?", db.Matches("c.search_text", mobile))
		}
		return q
	}).Order("c.created_at", "c.id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("looking for duplicates of a candidate: %w", err)
	}
	index := newIndex(list)
	found := index.FindSame(c)
	if len(found) == 0 {
		found = index.FindNamesakes(c)
	}
	var warnings validate.Errors
	for _, other := range found[:min(len(found), maxDuplicates)] {
		path := "name"
		switch {
		case email != "" && emailKey(other.Email) == email:
			path = "email"
		case mobile != "" && mobileKey(other.Mobile) == mobile:
			path = "mobile"
		}
		warnings.AddWarning(path, DuplicateCodes+path, "ID", other.ID, "Name", other.Name, "Position", other.PositionTitle)
	}
	return warnings.Err(false)
}

// Add adds a candidate that was created since.
func (d *Index) Add(c *Candidate) {
	put := func(m map[string][]*Candidate, key string) {
		if key != "" {
			m[key] = append(m[key], c)
		}
	}
	put(d.byEmail, emailKey(c.Email))
	put(d.byMobile, mobileKey(c.Mobile))
	put(d.byName, nameKey(c.Name))
}

// FindSame returns the candidates who are the same person: with the same e-mail
// address or mobile number, else with the same name. For a position, candidates
// of another position are the same only by address or number.
func (d *Index) FindSame(c *Candidate) []*Candidate {
	if found := d.byEmail[emailKey(c.Email)]; len(found) > 0 {
		return found
	}
	if found := d.byMobile[mobileKey(c.Mobile)]; len(found) > 0 {
		return found
	}
	var found []*Candidate
	for _, other := range d.FindNamesakes(c) {
		if c.PositionID == "" || other.PositionID == c.PositionID {
			found = append(found, other)
		}
	}
	return found
}

// FindNamesakes returns the candidates of any position who may be the same person:
// with the same name, and no contact data that differs.
func (d *Index) FindNamesakes(c *Candidate) []*Candidate {
	var found []*Candidate
	for _, other := range d.byName[nameKey(c.Name)] {
		if !bothKnownAndDifferent(emailKey(c.Email), emailKey(other.Email)) && !bothKnownAndDifferent(mobileKey(c.Mobile), mobileKey(other.Mobile)) {
			found = append(found, other)
		}
	}
	return found
}

// Narrow returns those of the found candidates who have the same name and
// position, as far as both are known; all of them if none has.
func (c *Candidate) Narrow(found []*Candidate) []*Candidate {
	for _, fits := range []func(other *Candidate) bool{
		c.SharesName, func(other *Candidate) bool { return c.PositionID == "" || other.PositionID == c.PositionID },
	} {
		some := []*Candidate{}
		for _, other := range found {
			if fits(other) {
				some = append(some, other)
			}
		}
		if len(some) > 0 {
			found = some
		}
	}
	return found
}

// SharesName reports whether both candidates have the same name.
func (c *Candidate) SharesName(other *Candidate) bool { return nameKey(c.Name) == nameKey(other.Name) }

// bothKnownAndDifferent reports whether both values are known and differ.
func bothKnownAndDifferent(a, b string) bool { return a != "" && b != "" && a != b }

// emailKey ignores case and the notation of an internationalized host.
func emailKey(s string) string {
	s = strings.ToLower(validate.CleanEmail(s))
	at := strings.LastIndexByte(s, '@')
	if host, err := idna.Lookup.ToASCII(s[at+1:]); err == nil {
		return s[:at+1] + host
	}
	return s
}

// unicodeEmail returns an emailKey in the notation of people.
func unicodeEmail(key string) string {
	at := strings.LastIndexByte(key, '@')
	host, err := idna.Lookup.ToUnicode(key[at+1:])
	if err != nil {
		return key
	}
	return key[:at+1] + host
}

// nameKey ignores case, width and variants of the same character.
func nameKey(s string) string {
	return searchtext.Fold(validate.CleanIdentifier(validate.CleanLine(s)))
}

var chinesePrefix = regexp.MustCompile(`^(?:\+|00)?86(1\d{10})$`)

// mobileKey reduces a number to its digits, without the prefix +86, 0086 or 86 of
// a Chinese mobile number.
func mobileKey(s string) string {
	s = strings.Map(func(r rune) rune {
		if (r < '0' || r > '9') && r != '+' {
			return -1
		}
		return r
	}, validate.CleanMobile(s))
	return strings.TrimPrefix(strings.TrimPrefix(chinesePrefix.ReplaceAllString(s, "$1"), "+86"), "+")
}
