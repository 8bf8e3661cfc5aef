package contacts

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/huimian/huimian/wecom/wecomtest/internal/core"
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// Required columns. Other columns are optional.
var (
	userColumns  = []string{"姓名", "帐号", "所在部门"}
	partyColumns = []string{"部门名称", "部门ID", "父部门ID"}
)

// csvRow is one line of a CSV file, keyed by column name.
type csvRow map[string]string

// parseCSV parses a CSV file whose first line holds the column names.
func parseCSV(data []byte, needed []string) ([]csvRow, *core.APIError) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, core.NewAPIError(40092)
	}
	for _, name := range needed {
		if !slices.Contains(rows[0], name) {
			return nil, core.NewAPIErrorf(40092, "invalid import file: column %s missing", name)
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
func (s *Service) importUsers(r *core.Request, job *core.BatchJob, lines []csvRow) {
	seen := map[string]bool{}
	for _, line := range lines {
		id := line["帐号"]
		err := core.NewAPIError(302003)
		if !seen[core.FoldUserID(id)] {
			err = s.importUser(r, id, line)
		}
		seen[core.FoldUserID(id)] = true
		job.Rows = append(job.Rows, rowWithError(core.BatchRow{UserID: id}, err))
	}
}

func (s *Service) importUser(r *core.Request, id string, line csvRow) *core.APIError {
	if !userIDPattern.MatchString(id) {
		return core.NewAPIError(40003)
	}
	in := userBody{UserID: id, Department: &[]model.Int{}}
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
			return core.NewAPIError(60003)
		}
		*in.Department = append(*in.Department, model.Int(n))
	}
	m := model.Member{CorpID: r.Corp.ID, UserID: id, Status: model.StatusInactive}
	old := r.Corp.Members[core.FoldUserID(id)]
	switch {
	case old != nil:
		m = old.Member
	case in.Name == nil:
		return core.NewAPIError(60112)
	case in.Mobile == nil && in.Email == nil:
		return core.NewAPIError(60129)
	}
	if err := in.applyTo(r.Corp, &m); err != nil {
		return err
	}
	s.updateMember(r, m.UserID, func() { r.Corp.PutMember(m) })
	return nil
}

// importParties makes the departments match the file, in which parents must precede their children.
// Departments that are not in the file are deleted when they are empty.
func (s *Service) importParties(r *core.Request, job *core.BatchJob, lines []csvRow) {
	listed := map[int64]bool{1: true}
	for _, line := range lines {
		id, err := strconv.ParseInt(line["部门ID"], 10, 64)
		row := core.BatchRow{PartyID: id}
		switch {
		case err != nil || id < 1:
			row = rowWithError(row, core.NewAPIError(60003))
		case listed[id] && id != 1:
			row = rowWithError(row, core.NewAPIError(302006))
		default:
			action, err := importParty(r.Corp, id, line)
			row.Action = action
			row = rowWithError(row, err)
		}
		listed[id] = true
		job.Rows = append(job.Rows, row)
	}
	for _, d := range slices.Backward(r.Corp.DepartmentSubtree(1)) {
		if !listed[d.ID] && len(r.Corp.MembersByDepartment[d.ID]) == 0 && len(r.Corp.DepartmentSubtree(d.ID)) == 1 {
			delete(r.Corp.Departments, d.ID)
		}
	}
	s.NotifyChange(core.Change{Kind: "directory", CorpID: r.Corp.ID})
}

// importParty adds or updates one department. The action is a bit set: 1 created, 2 renamed, 4
// moved, 8 reordered.
func importParty(c *core.CorpState, id int64, line csvRow) (action int, _ *core.APIError) {
	parent, err := strconv.ParseInt(line["父部门ID"], 10, 64)
	if err != nil && id != 1 {
		return 0, core.NewAPIError(60004)
	}
	name, up := line["部门名称"], model.Int(parent)
	in := departmentBody{Name: &name, ParentID: &up}
	if id == 1 {
		in.ParentID = nil
	}
	if order, err := strconv.ParseInt(line["排序"], 10, 64); err == nil {
		n := model.Int(order)
		in.Order = &n
	}
	d := model.Department{CorpID: c.ID, ID: id}
	old := c.Departments[id]
	if old != nil {
		d = *old
	}
	if err := in.applyTo(c, &d); err != nil {
		return 0, err
	}
	c.Departments[id] = &d
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
