package showmebug

import "github.com/huimian/huimian/internal/apiclient/redact"

// Secret is a confidential string: a client secret, an access token, a refresh
// token. Like any string type it is converted from a string, Secret(s), and
// back, string(s), for instance to store the value.
//
// It prints as "***" with every verb of fmt, including %x and %q, in log/slog,
// in JSON and in other text encodings, through its methods String, GoString,
// Format, LogValue, MarshalText and MarshalJSON. Do not use it as the key of a
// map: encoding/json writes such keys unredacted.
type Secret = redact.Secret
