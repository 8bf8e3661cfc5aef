package callback

import "testing"

// Test vectors from the official page and library samples (official), and vectors
// computed with the documented algorithm (local).
type officialVector struct {
	name                  string
	random                string
	plain                 string
	timestamp, nonce      string
	encrypted, signature  string
	token, key, receiveID string
}

const (
	officialToken = "QDG6eK"
	officialKey   = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	officialCorp  = "wx5823bf96d3bd56c7"
	localToken    = "InterviewToken2026"
	localKey      = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
	localCorp     = "wwcorp0000000001"

	officialMessage = "<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>\n" +
		"<FromUserName><![CDATA[mycreate]]></FromUserName>\n" +
		"<CreateTime>1409659813</CreateTime>\n" +
		"<MsgType><![CDATA[text]]></MsgType>\n" +
		"<Content><![CDATA[hello]]></Content>\n" +
		"<MsgId>4561255354251345929</MsgId>\n" +
		"<AgentID>218</AgentID>\n" +
		"</xml>"
	textMessage = "<xml><ToUserName><![CDATA[wwcorp0000000001]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello 面试]]></Content><MsgId>7300000000000000001</MsgId><AgentID>1000002</AgentID></xml>"
	cardEvent   = "<xml><ToUserName><![CDATA[wwcorp0000000001]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1700000005</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[accept]]></EventKey><TaskId><![CDATA[interview-42]]></TaskId><CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[RC-1]]></ResponseCode><AgentID>1000002</AgentID></xml>"
	buttonReply = "<xml><ToUserName><![CDATA[zhangsan]]></ToUserName><FromUserName><![CDATA[wwcorp0000000001]]></FromUserName><CreateTime>1700000006</CreateTime><MsgType><![CDATA[update_button]]></MsgType><Button><ReplaceName><![CDATA[已接受]]></ReplaceName></Button></xml>"
)

var officialEcho = officialVector{name: "official echo", random: "c41b64491c2468d0", plain: "1616140317555161061",
	timestamp: "1409659589", nonce: "263014780",
	encrypted: "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
	signature: "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", token: officialToken, key: officialKey, receiveID: officialCorp}

func officialVectors() []officialVector {
	local := func(name, random, plain, timestamp, nonce, receiveID, encrypted, signature string) officialVector {
		return officialVector{name: name, random: random, plain: plain, timestamp: timestamp, nonce: nonce,
			encrypted: encrypted, signature: signature, token: localToken, key: localKey, receiveID: receiveID}
	}
	return []officialVector{
		officialEcho,
		{name: "official message", random: "0960688932c47ef1", plain: officialMessage, timestamp: "1409659813", nonce: "1372623149",
			encrypted: "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==",
			signature: "477715d11cdb4164915debcba66cb864d751f3e6", token: officialToken, key: officialKey, receiveID: officialCorp},
		local("L1 echo", "0123456789abcdef", "4712398810927341", "1700000000", "nonce123", localCorp,
			"4j/AuRx71kQlxVlzbpsMWAdq9SfyZiuVNEcMwoiCXL0oY746DiznIRNUipWAl4xM0uQQhCRsENcZZR8iLB371Q==", "2e40e5318aabc643902bf2bda65866e6e4f7afbe"),
		local("L2 text", "fedcba9876543210", textMessage, "1700000001", "n2", localCorp,
			"wrNmYnsdngNwZHPRm4NnS8SfL4wJ/ENdR1oishUS59oYngh9hShb/8ZqxXCZBf0Wn9zrf38OQ13+j+Xd2VzMqDQbW6Hg1qMRYe/v06BJ0fbisb5LMHua63OPqotSgP+SPL7xubdMLc74mynDBs5VtQ/Lj7HXEbf949sNEWsFN4qW6EGDBSHeLaGeRfjzHRARuSHvUdnhhaLA5MldY+LqjGS5Kf5dTrvnQ/Y5ojZOShSlSZfJfsEA19fgNDqRForoeliEIc74wJ6go1LuDs825hC628l8fyNBc61icCE1wkrR8fE6XCb1LAqEJWlBRcTZGrTJfAyHISyyxsepSDzd4mcx1RKP3vdritSEbCXusRHdX2m5Ggugsaq0uql54Y6cvDYOchhL16cCnaPMqaEAZB2z+NJConL4Mg7wqEi0iwjivcR8cqE9L5LtTXV3Z31pPTuip9o0aRsRGgjSkcEyoQ==", "d47fb18439518b0a4bbfa5106dde2a61f0a1a2b7"),
		local("L3 aligned", "0123456789abcdef", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "1700000002", "n3", localCorp,
			"4j/AuRx71kQlxVlzbpsMWIPi3uDW0E2S1LHLTkVyq9VSiaJZPP/ftp9V8l0ce00iZWFwIBjs4Xy/zufDxWISur3KuRz+dVW+3+ucFKWwB57oFpoavK8OTY0YZ8sF5Dtq", "1ee083398cdceb790b53655488cbea7bc8fc5587"),
		local("L4 pad 17", "0123456789abcdef", "BBBBBBBBBBB", "1700000003", "n4", localCorp,
			"4j/AuRx71kQlxVlzbpsMWKB2P/bLVYBHtbkufSYKAMJDCgt7FdQTWTVtl9/4JH2BtrMiQtJfZIo53w4LiF7GiQ==", "cbe419dfe583a33f850a02dca601d5491da267d5"),
		local("L5 no receiveid", "0123456789abcdef", "success", "1700000004", "n5", "",
			"4j/AuRx71kQlxVlzbpsMWAWK7gdbJcpaImXy6QYcBbc=", "91b9345fda2b1d72ddf52489f69c35a45e3ec6b2"),
		local("L6 card event", "0123456789abcdef", cardEvent, "1700000005", "n6", localCorp,
			"4j/AuRx71kQlxVlzbpsMWIQIxzLI9nSpxYWlEh+FjsMptjIDOQ1gKHPTgaYMg1ANk+aS0wXbQYG26W1R1AxJTD3uRGRW5V4hyK6K1xL+b7unGGedfOyUOHI9UZSOlOcowNxhHFF2AZTN5vOf4/785RfZbMoTadmMaOuBl6mAdM92u/KR0kK2heZ95TE47G+It59u0gQc112U4ZsVMyO8/W0JWz/9NgzOnE82cIdReYiCKwnczDW5//4rcIYxXKcARpEDxpbWbTnNPLQY+yvwBAXhDrW3dBcGmgvOdPf/PbTt0U0i2XVzK3h2lrfKbEfCiqtEImgGZ7m3If3danyUtoEnwhfNKlKHGP7S3vAf+L+w+r+e6gFhJVhvykJJ8NMAJha6IazZXl/GB2by/20GwhYLOtTw+H0XReI+JrU6Ab5eRYsybK+ic6AsDD+V6+0uPxRP3R8L09/rG8kx8HYeOSolzcBurpMAqd0taegucnAwb5ghdRN/rjYxBFUD4SHchaUBEzUDFFa6ROxc69jMIpYcJnB5aLQ/hFIeMCH3USL7kGCwLOVkTiM6tjZYEAx+yKkQwCC1rfM7G6Jjq2s4sDpJvT7tcnSqqA/rEelCdPzK71R1wu1IJaNmpBY5rttb", "cb757ce40c0f7a95375f3d7c623621250c0e6950"),
		local("L7 reply", "0123456789abcdef", buttonReply, "1700000006", "n7", localCorp,
			"4j/AuRx71kQlxVlzbpsMWEkQvKdKmGqqW8WUsiLQLHGem8expYlMwwrRcA2xiOQDWWGIzBNicQuXpTPgMfM3Yas+ZeeQV41K1v6Kvg+tj4egnp4huvooSWq2OLK8ckSRbkz9yW+rZ0Ugv70TL6Tk+tsGqWa6F0WcBst/I4lnYz1WthmfRsuZlG6mbyLl86zP77F+/eWcTzsvg3qra/EmtnTc1tXZaOPvzclfkQxUePco+kSSuNAsKpvJGZ7FdEHxMOUg3rtvWauPw4LIvw8rW27Kj6iN2/Ld2+PbffiYFPuLK5Q9JxzxIYsVMSGA74qAbbpHduXdsjBlBHZx2tZLgC9dZKAxnifdlCGBtfOnYFApzD92sts/aI3NLQ/EwnYLkbt3/vUUfP/s9W9mD0qF3gTpfefkabZXnNC0imENqNM=", "97a4245423b48d094c63fcaa92d27804bb60c44b"),
	}
}

func (v officialVector) newCodec(t testing.TB) *Codec {
	t.Helper()
	c, err := NewCodec(Secret(v.token), Secret(v.key), v.receiveID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestVectors(t *testing.T) {
	for _, v := range officialVectors() {
		t.Run(v.name, func(t *testing.T) {
			c := v.newCodec(t)
			if got := c.Sign(v.timestamp, v.nonce, v.encrypted); got != v.signature {
				t.Errorf("signature is %s, want %s", got, v.signature)
			}
			plain, err := c.Decrypt(v.encrypted)
			if err != nil || string(plain) != v.plain {
				t.Errorf("opened %q, %v", plain, err)
			}
			if got := c.encryptWithRandom([randomLength]byte([]byte(v.random)), []byte(v.plain)); got != v.encrypted {
				t.Errorf("encrypted to %s", got)
			}
		})
	}
}

func TestSignatureSortsByBytes(t *testing.T) {
	c, err := NewCodec("abc", localKey, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Sign("1700000000", "ZZZ", "+/base64=="); got != "3d7c293ca1d1b0fb12836714accb080753e349e2" {
		t.Errorf("signature is %s", got)
	}
	if c.Verify("", "1700000000", "ZZZ", "+/base64==") || c.Verify("3D7C293CA1D1B0FB12836714ACCB080753E349E2", "1700000000", "ZZZ", "+/base64==") {
		t.Error("a wrong signature was accepted")
	}
}
