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
	"slices"
	"strings"

	"github.com/huimian/huimian/internal/apiclient/redact"
)

// Secret is a confidential string that prints as "***" in every format and
// encoding. It is the same type as wecom.Secret, where its conversions and
// methods are described.
type Secret = redact.Secret

// Codec encrypts, decrypts and signs the messages of one application. It is
// safe for concurrent use.
// See https://developer.work.weixin.qq.com/document/path/90968
type Codec struct {
	token     string
	receiveID string
	block     cipher.Block
	iv        []byte
}

const (
	paddingBlock     = 32 // WeCom pads to 32 bytes, twice the AES block size
	randomLength     = 16
	lengthFieldSize  = 4
	encodedKeyLength = 43
)

// Errors of decryption.
var (
	errBase64    = errors.New("the ciphertext is not base64")
	errBlocks    = errors.New("the ciphertext does not consist of 32-byte blocks")
	errPadding   = errors.New("invalid padding: check the EncodingAESKey")
	errLength    = errors.New("invalid message length: check the EncodingAESKey")
	errReceiveID = errors.New("the message is addressed to another receiveid")
)

// NewCodec returns the Codec for an app's callback settings. receiveID is the
// corp id for a company's own app, the suite id for suite events, and empty for
// smart bots.
func NewCodec(token, encodingAESKey Secret, receiveID string) (*Codec, error) {
	if token == "" {
		return nil, errors.New("callback: Token is empty: copy it from the app's page in the admin console, under 接收消息 → 设置API接收")
	}
	if len(encodingAESKey) != encodedKeyLength {
		return nil, fmt.Errorf("callback: EncodingAESKey has %d characters, not %d: copy it from the same page as the Token", len(encodingAESKey), encodedKeyLength)
	}
	// Not strict: the last character may contain unused bits, as in WeCom's own
	// sample.
	key, err := base64.StdEncoding.DecodeString(string(encodingAESKey) + "=")
	if err != nil {
		return nil, errors.New("callback: EncodingAESKey is not base64: copy it from the same page as the Token")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("callback: EncodingAESKey: %w", err)
	}
	return &Codec{token: string(token), receiveID: receiveID, block: block, iv: key[:aes.BlockSize]}, nil
}

// withReceiveID returns a copy for replies on behalf of another company.
func (c *Codec) withReceiveID(receiveID string) *Codec {
	other := *c
	other.receiveID = receiveID
	return &other
}

// Sign returns the signature of an encrypted text in lower-case hex.
func (c *Codec) Sign(timestamp, nonce, encrypted string) string {
	parts := []string{c.token, timestamp, nonce, encrypted}
	slices.Sort(parts)
	h := sha1.New() // #nosec G401 -- prescribed
	for _, part := range parts {
		_, _ = io.WriteString(h, part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Verify reports whether a signature is correct, in constant time.
func (c *Codec) Verify(signature, timestamp, nonce, encrypted string) bool {
	want := c.Sign(timestamp, nonce, encrypted)
	return subtle.ConstantTimeCompare([]byte(signature), []byte(want)) == 1
}

// Decrypt decrypts a text and checks its receiveid.
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

// decryptAny decrypts a text and returns its receiveid unchecked.
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

// Encrypt encrypts a message and returns it in base64.
func (c *Codec) Encrypt(message []byte) (string, error) {
	var random [randomLength]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", fmt.Errorf("callback: encrypting the message: %w", err)
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

// removePadding removes the padding after checking every byte of it.
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

// repairBase64 restores a ciphertext altered by gateways: a space is a plus
// sign that was decoded twice, and white space may surround the text.
func repairBase64(s string) string {
	return strings.ReplaceAll(strings.TrimSpace(s), " ", "+")
}
