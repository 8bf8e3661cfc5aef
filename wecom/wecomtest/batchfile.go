package wecomtest

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
)

// Required columns. Other columns are optional.
var (
	userColumns  = []string{"姓名", "帐号", "所在部门"}
	partyColumns = []string{"部门名称", "部门ID", "父部门ID"}
)

// csvRow is one line of a CSV file, keyed by column name.
type csvRow map[string]string

// parseCSV parses a CSV file whose first line holds the column names.
func parseCSV(data []byte, needed []string) ([]csvRow, *apiError) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, newAPIError(40092)
	}
	for _, name := range needed {
		if !slices.Contains(rows[0], name) {
			return nil, newAPIErrorf(40092, "invalid import file: column %s missing", name)
		}
	}
	var out []csvRow
	for _, row := range rows[1:] {
		line := csvRow{}
		for i, cell := range row[:min(len(row), len(rows[0]))] {
			line[rows[0][i]] = strings.TrimSpace(cell)
		}
		out = append(out, line)
	}
	return out, nil
}

// importUsers adds or updates the member of each line. An invalid line does not affect the others.
func (s *Server) importUsers(r *request, job *batchJob, lines []csvRow) {
	seen := map[string]bool{}
	for _, line := range lines {
		id := line["帐号"]
		err := newAPIError(302003)
		if !seen[foldUserID(id)] {
			err = s.importUser(r, id, line)
		}
		seen[foldUserID(id)] = true
		job.rows = append(job.rows, batchRow{UserID: id}.withError(err))
	}
}

func (s *Server) importUser(r *request, id string, line csvRow) *apiError {
	if !userIDPattern.MatchString(id) {
		return newAPIError(40003)
	}
	in := userBody{UserID: id, Department: &[]Int{}}
	for column, field := range map[string]**string{
		"姓名": &in.Name, "手机号": &in.Mobile, "邮箱": &in.Email, "职位": &in.Position, "别名": &in.Alias, "座机": &in.Telephone,
	} {
		if v, ok := line[column]; ok && v != "" {
			*field = &v
		}
	}
	for text := range strings.SplitSeq(line["所在部门"], ";") {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return newAPIError(60003)
		}
		*in.Department = append(*in.Department, Int(n))
	}
	m := Member{CorpID: r.corp.ID, UserID: id, Status: StatusInactive}
	old := r.corp.members[foldUserID(id)]
	switch {
	case old != nil:
		m = old.Member
	case in.Name == nil:
		return newAPIError(60112)
	case in.Mobile == nil && in.Email == nil:
		return newAPIError(60129)
	}
	if err := in.applyTo(r.corp, &m); err != nil {
		return err
	}
	s.updateMember(r, m.UserID, func() { r.corp.putMember(m) })
	return nil
}

// importParties makes the departments match the file, in which parents must precede their children.
// Departments that are not in the file are deleted when they are empty.
func (s *Server) importParties(r *request, job *batchJob, lines []csvRow) {
	listed := map[int64]bool{1: true}
	for _, line := range lines {
		id, err := strconv.ParseInt(line["部门ID"], 10, 64)
		row := batchRow{PartyID: id}
		switch {
		case err != nil || id < 1:
			row = row.withError(newAPIError(60003))
		case listed[id] && id != 1:
			row = row.withError(newAPIError(302006))
		default:
			action, err := importParty(r.corp, id, line)
			row.Action = action
			row = row.withError(err)
		}
		listed[id] = true
		job.rows = append(job.rows, row)
	}
	for _, d := range slices.Backward(r.corp.departmentSubtree(1)) {
		if !listed[d.ID] && len(r.corp.membersByDepartment[d.ID]) == 0 && len(r.corp.departmentSubtree(d.ID)) == 1 {
			delete(r.corp.departments, d.ID)
		}
	}
	s.notifyChange(change{Kind: "directory", CorpID: r.corp.ID})
}

// importParty adds or updates one department. The action is a bit set: 1 created, 2 renamed, 4
// moved, 8 reordered.
func importParty(c *corpState, id int64, line csvRow) (action int, _ *apiError) {
	parent, err := strconv.ParseInt(line["父部门ID"], 10, 64)
	if err != nil && id != 1 {
		return 0, newAPIError(60004)
	}
	name, up := line["部门名称"], Int(parent)
	in := departmentBody{Name: &name, ParentID: &up}
	if id == 1 {
		in.ParentID = nil
	}
	if order, err := strconv.ParseInt(line["排序"], 10, 64); err == nil {
		n := Int(order)
		in.Order = &n
	}
	d := Department{CorpID: c.ID, ID: id}
	old := c.departments[id]
	if old != nil {
		d = *old
	}
	if err := in.applyTo(c, &d); err != nil {
		return 0, err
	}
	c.departments[id] = &d
	if old == nil {
		return 1, nil
	}
	for bit, changed := range map[int]bool{2: old.Name != d.Name, 4: old.ParentID != d.ParentID, 8: old.Order != d.Order} {
		if changed {
			action |= bit
		}
	}
	return action, nil
}
