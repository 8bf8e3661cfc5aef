package redact

import (
	"net/url"
	"testing"
)

var redactor = New(Fields{Everywhere: []string{"secret", "token"}, Query: []string{"key"}, JSON: []string{"callback"}})

func TestQuery(t *testing.T) {
	for query, want := range map[string]string{
		"":                          "",
		"a=1":                       "a=1",
		"secret=x":                  "secret=***",
		"a=1&key=x&token=y":         "a=1&key=***&token=***",
		"secret=x&secret=y":         "secret=***",
		"callback=http%3A%2F%2Fa":   "callback=http%3A%2F%2Fa",
		"Secret=x":                  "Secret=x",
		"q=%2A%2A%2A&secret=%20%20": "q=***&secret=***",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := redactor.Query(q); got != want {
			t.Errorf("Query(%q) = %q, want %q", query, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	for body, want := range map[string]string{
		"":                                  "",
		`{ "a": "<b>" }`:                    `{ "a": "<b>" }`,
		`{"a":"<b>","secret":"x"}`:          `{"a":"<b>","secret":"***"}`,
		`{"callback":{"url":"u"},"key":1}`:  `{"callback":"***","key":1}`,
		`{"token":null}`:                    `{"token":"***"}`,
		`{"errcode":0,"text":"the secret"}`: `{"errcode":0,"text":"the secret"}`,
		`["secret"]`:                        `(10 bytes that are not a JSON object and may contain a secret)`,
		`{"secret":`:                        `(10 bytes that are not a JSON object and may contain a secret)`,
	} {
		if got := redactor.JSON([]byte(body)); got != want {
			t.Errorf("JSON(%s) = %s, want %s", body, got, want)
		}
	}
}

func TestBody(t *testing.T) {
	const form, object = "application/x-www-form-urlencoded; charset=utf-8", "application/json"
	for name, test := range map[string]struct{ contentType, body, want string }{
		"JSON":                      {object, `{"secret":"x","a":1}`, `{"a":1,"secret":"***"}`},
		"JSON without a secret":     {object, `{ "a":1 }`, `{ "a":1 }`},
		"form":                      {form, "secret=x&a=1", "a=1&secret=***"},
		"form without a secret":     {form, "b=2&a=1", "b=2&a=1"},
		"form that cannot be read":  {form, "secret=%zz", "(10 bytes that are not a JSON object and may contain a secret)"},
		"text that names a secret":  {"text/plain", "my secret", "(9 bytes that are not a JSON object and may contain a secret)"},
		"text that names no secret": {"text/plain", "hello", "hello"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := redactor.Body(test.contentType, []byte(test.body)); got != test.want {
				t.Errorf("Body = %s, want %s", got, test.want)
			}
		})
	}
}

func TestSecret(t *testing.T) {
	for secret, want := range map[string]string{"": "***", "1234567": "***", "12345678": "***78"} {
		if got := Secret(secret); got != want {
			t.Errorf("Secret(%q) = %q, want %q", secret, got, want)
		}
	}
}
