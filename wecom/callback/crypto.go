package callback

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1" // #nosec G505 -- WeCom prescribes SHA-1
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// Secret is a text that must not be seen; every way of printing it gives
// "***". This package does not import the client, so it has its own.
type Secret string

// String hides the value.
func (Secret) String() string { return "***" }

// GoString hides the value from %#v.
func (Secret) GoString() string { return "***" }

// Format hides the value from every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "***") }

// LogValue hides the value from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalText hides the value from encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Codec signs, seals and opens callbacks of one application. It is safe for
// use by many goroutines.
// See https://developer.work.weixin.qq.com/document/path/90968
type Codec struct {
	token     string
	receiveID string
	block     cipher.Block
	iv        []byte
}

const (
	paddingBlock     = 32 // WeCom pads to 32 bytes, twice the cipher's own block
	randomLength     = 16
	lengthFieldSize  = 4
	encodedKeyLength = 43
)

// The ways in which a cipher text can be wrong.
var (
	errBase64    = errors.New("cipher text is not base64")
	errBlocks    = errors.New("cipher text is not made of whole 32-byte blocks")
	errPadding   = errors.New("padding is wrong: is the EncodingAESKey the right one?")
	errLength    = errors.New("length inside the message is wrong: is the EncodingAESKey the right one?")
	errReceiveID = errors.New("message is meant for another receiveid")
)

// NewCodec makes a Codec from the three values of the app's callback settings.
// receiveID is the corp id for a company's own app, the suite id for suite
// events, and empty for smart bots.
func NewCodec(token, encodingAESKey Secret, receiveID string) (*Codec, error) {
	if token == "" {
		return nil, errors.New("callback: token is empty")
	}
	if len(encodingAESKey) != encodedKeyLength {
		return nil, fmt.Errorf("callback: EncodingAESKey has %d characters, not %d", len(encodingAESKey), encodedKeyLength)
	}
	// Not strict: the last character may carry bits that are not used, as the
	// one in WeCom's own sample does.
	key, err := base64.StdEncoding.DecodeString(string(encodingAESKey) + "=")
	if err != nil {
		return nil, errors.New("callback: EncodingAESKey is not base64")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("callback: EncodingAESKey: %w", err)
	}
	return &Codec{token: string(token), receiveID: receiveID, block: block, iv: key[:aes.BlockSize]}, nil
}

// withReceiveID is the codec for replies in the name of one of several companies.
func (c *Codec) withReceiveID(id string) *Codec {
	other := *c
	other.receiveID = id
	return &other
}

// Sign gives the signature of an encrypted text, in lower-case hex.
func (c *Codec) Sign(timestamp, nonce, encrypted string) string {
	parts := []string{c.token, timestamp, nonce, encrypted}
	slices.Sort(parts)
	h := sha1.New() // #nosec G401 -- prescribed
	for _, part := range parts {
		_, _ = io.WriteString(h, part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Verify reports whether a signature is right, in constant time.
func (c *Codec) Verify(signature, timestamp, nonce, encrypted string) bool {
	want := c.Sign(timestamp, nonce, encrypted)
	return subtle.ConstantTimeCompare([]byte(signature), []byte(want)) == 1
}

// Decrypt decrypts a text and checks whom it is meant for.
func (c *Codec) Decrypt(encrypted string) ([]byte, error) {
	message, receiveID, err := c.decryptAny(encrypted)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(receiveID), []byte(c.receiveID)) != 1 {
		return nil, errReceiveID
	}
	return message, nil
}

// decryptAny decrypts a text and tells whom it is meant for.
func (c *Codec) decryptAny(encrypted string) (message []byte, receiveID string, err error) {
	text, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil {
		return nil, "", errBase64
	}
	if len(text) == 0 || len(text)%paddingBlock != 0 {
		return nil, "", errBlocks
	}
	cipher.NewCBCDecrypter(c.block, c.iv).CryptBlocks(text, text)
	text, err = removePadding(text)
	if err != nil {
		return nil, "", err
	}
	if len(text) < randomLength+lengthFieldSize {
		return nil, "", errLength
	}
	size := int64(binary.BigEndian.Uint32(text[randomLength:]))
	text = text[randomLength+lengthFieldSize:]
	if size > int64(len(text)) {
		return nil, "", errLength
	}
	return text[:size:size], string(text[size:]), nil
}

// Encrypt encrypts a message.
func (c *Codec) Encrypt(message []byte) (string, error) {
	var random [randomLength]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", fmt.Errorf("callback: seal: %w", err)
	}
	return c.encryptWithRandom(random, message), nil
}

func (c *Codec) encryptWithRandom(random [randomLength]byte, message []byte) string {
	size := randomLength + lengthFieldSize + len(message) + len(c.receiveID)
	pad := paddingBlock - size%paddingBlock
	text := make([]byte, 0, size+pad)
	text = append(text, random[:]...)
	text = binary.BigEndian.AppendUint32(text, uint32(len(message))) // #nosec G115 -- messages are far below 4 GB
	text = append(text, message...)
	text = append(text, c.receiveID...)
	for range pad {
		text = append(text, byte(pad))
	}
	cipher.NewCBCEncrypter(c.block, c.iv).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

// removePadding removes the padding after looking at all of it.
func removePadding(text []byte) ([]byte, error) {
	pad := int(text[len(text)-1])
	if pad < 1 || pad > paddingBlock {
		return nil, errPadding
	}
	body := text[:len(text)-pad]
	for _, b := range text[len(body):] {
		if int(b) != pad {
			return nil, errPadding
		}
	}
	return body, nil
}

// repairBase64 undoes what gateways do to a cipher text on its way: a plus that
// was decoded twice is a space, and white space may stand around it.
func repairBase64(s string) string {
	return strings.ReplaceAll(strings.TrimSpace(s), " ", "+")
}
