package callback

import (
	"bytes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func newTestCodec(t testing.TB) *Codec {
	t.Helper()
	c, err := NewCodec(localToken, localKey, localCorp)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// encryptPadded encrypts bytes that are already padded, valid or not.
func encryptPadded(c *Codec, plain []byte) string {
	text := bytes.Clone(plain)
	cipher.NewCBCEncrypter(c.block, c.iv).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

func TestEncryptDecryptEveryLength(t *testing.T) {
	c := newTestCodec(t)
	for n := range 130 {
		message := bytes.Repeat([]byte("x"), n)
		sealed, err := c.Encrypt(message)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(sealed)
		if err != nil || len(raw)%32 != 0 {
			t.Errorf("length %d gives %d bytes of cipher text (%v)", n, len(raw), err)
		}
		if got, err := c.Decrypt(sealed); err != nil || !bytes.Equal(got, message) {
			t.Errorf("length %d came back as %q, %v", n, got, err)
		}
	}
}

func TestInvalidCipherTexts(t *testing.T) {
	c := newTestCodec(t)
	good := func() []byte { // 64 bytes, 12 of them padding
		text, err := base64.StdEncoding.DecodeString(officialVectors()[2].encrypted)
		if err != nil {
			t.Fatal(err)
		}
		cipher.NewCBCDecrypter(c.block, c.iv).CryptBlocks(text, text)
		return text
	}
	changed := func(at int, b byte) string { text := good(); text[at] = b; return encryptPadded(c, text) }
	cases := []struct {
		name, encrypted string
		want            error
	}{
		{"empty", "", errBlocks},
		{"not base64", "!!!!", errBase64},
		{"one byte", "AA==", errBlocks},
		{"17 bytes", base64.StdEncoding.EncodeToString(make([]byte, 17)), errBlocks},
		{"48 bytes", base64.StdEncoding.EncodeToString(make([]byte, 48)), errBlocks},
		{"padding of 0", changed(63, 0), errPadding},
		{"padding of 33", changed(63, 33), errPadding},
		{"padding of 255", changed(63, 255), errPadding},
		{"padding not all alike", changed(55, 7), errPadding},
		{"padding is everything", encryptPadded(c, bytes.Repeat([]byte{32}, 32)), errLength},
		{"length beyond the end", changed(19, 200), errLength},
		{"length beyond everything", changed(16, 255), errLength},
		{"length too small", changed(19, 3), errReceiveID},
		{"receiveid", changed(40, 'x'), errReceiveID},
	}
	for _, tc := range cases {
		if got, err := c.Decrypt(tc.encrypted); !errors.Is(err, tc.want) || got != nil {
			t.Errorf("%s: opened %q, %v", tc.name, got, err)
		}
	}
	stranger, err := NewCodec(localToken, localKey, "wwother")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Decrypt(officialVectors()[2].encrypted); !errors.Is(err, errReceiveID) {
		t.Errorf("a foreign company's message: %v", err)
	}
	if _, err := newTestCodecWithKey(t, officialKey).Decrypt(officialVectors()[2].encrypted); err == nil {
		t.Error("another key decrypts the message")
	}
}

func newTestCodecWithKey(t *testing.T, key Secret) *Codec {
	t.Helper()
	c, err := NewCodec(localToken, key, localCorp)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestInvalidCodecSettings(t *testing.T) {
	for name, cfg := range map[string][2]Secret{
		"no token":   {"", localKey},
		"no key":     {localToken, ""},
		"short key":  {localToken, Secret(localKey[:42])},
		"long key":   {localToken, localKey + "A"},
		"not base64": {localToken, Secret(localKey[:42] + "*")},
	} {
		_, err := NewCodec(cfg[0], cfg[1], "ww")
		if err == nil || strings.Contains(err.Error(), localKey[:10]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSecretIsRedacted(t *testing.T) {
	s := Secret(localKey)
	data, err := json.Marshal(Config{EncodingAESKey: s}.EncodingAESKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%#v", s), fmt.Sprintf("%+v", Config{Token: s}),
		fmt.Sprintf("%x", s), s.LogValue().String(), string(data)} {
		if strings.Contains(text, localKey[:8]) || strings.Contains(text, "41414543") {
			t.Errorf("%s contains the secret", text)
		}
	}
}
