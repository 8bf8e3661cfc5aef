package importer

import (
	"testing"
)

func TestReadMobile(t *testing.T) {
	for _, tc := range []struct{ cell, zone, want, code string }{
		{"13800000000", "Asia/Shanghai", "13800000000", ""},
		{"13800000000.0", "Asia/Shanghai", "13800000000", ""},
		{"1.38E+10", "Asia/Shanghai", "", "import.spoilt_number"},
		{"1.38e10", "Asia/Shanghai", "", "import.spoilt_number"},
		{"8.61380E+12", "Asia/Shanghai", "", "import.spoilt_number"},
		{"1.3800138001E+10", "Asia/Shanghai", "13800138001", ""},
		{"1.38001380010E+10", "Asia/Shanghai", "13800138001", ""},
		{"１．３８E+10", "Asia/Shanghai", "", "import.spoilt_number"},
		{"13,800,000,000", "Asia/Shanghai", "13800000000", ""},
		{"\u202d138\u00a00000\u20110000\u202c", "Asia/Shanghai", "138 0000-0000", ""},
		{"9012345678", "Asia/Tokyo", "9012345678", "import.zero_lost"},
		{"09012345678", "Asia/Tokyo", "09012345678", ""},
		{"1012345678", "Asia/Shanghai", "1012345678", "import.zero_lost"},
		{"9012345678", "America/New_York", "9012345678", ""},
		{"+81 90-1234-5678", "Asia/Tokyo", "+81 90-1234-5678", ""},
	} {
		r := rowReader{line: Line{Cells: map[string]string{colMobile: tc.cell}}, zone: tc.zone}
		got, code := r.readMobile(), ""
		for _, i := range r.issues {
			code += i.Code
		}
		if got != tc.want || code != tc.code {
			t.Errorf("%q in %s: %q %s, want %q %s", tc.cell, tc.zone, got, code, tc.want, tc.code)
		}
	}
}

func TestReadRound(t *testing.T) {
	for cell, want := range map[string]int{
		"": 1, "2": 2, "2.0": 2, "第 2 轮": 2, "第二轮": 2, "二面": 2, "Round 3": 3, "3rd round": 3, "第2回": 2, "第十二轮面试": 12, "２": 2, "2次面接": 2,
		"1-2": 0, "第1、2轮": 0, "1.5": 0, "终面": 0, "-1": 0,
	} {
		r := rowReader{line: Line{Cells: map[string]string{colRound: cell}}}
		if got := r.readRound(); got != want || (want == 0) != (len(r.issues) == 1) {
			t.Errorf("%q: %d, issues %v, want %d", cell, got, r.issues, want)
		}
	}
}
