package clients

import (
	"testing"

	"github.com/xen0n/go-workwx/v2"
)

func TestGoWorkwxCard(t *testing.T) {
	s := newCompany(t)
	a := s.Apps(corpID)[0]
	a.CallbackURL, a.CallbackToken, a.EncodingAESKey = "http://127.0.0.1:1/", token, aesKey
	s.AddApp(a)
	requireNoError(t, newGoWorkwxApp(s).SendTemplateCardMessage(&workwx.Recipient{UserIDs: []string{"lisi"}}, workwx.TemplateCard{
		CardType: workwx.CardTypeButtonInteraction, TaskID: "t1", MainTitle: &workwx.MainTitle{Title: "面试"},
		ButtonList: []workwx.Button{{Text: "接受", Style: 1, Key: "accept"}},
	}, false))
	if m := s.Messages(corpID, "lisi"); len(m) != 1 || m[0].Card.TaskID != "t1" {
		t.Errorf("card is %+v", m)
	}
}
