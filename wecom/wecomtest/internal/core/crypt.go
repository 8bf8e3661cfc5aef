package core

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// padBlockSize is WeCom's PKCS #7 block size, twice that of AES.
const padBlockSize = 32

// DecodeAESKey decodes an EncodingAESKey. Its 43rd character may have non-zero trailing bits, which
// strict base64 decoding rejects.
func DecodeAESKey(encoded string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(encoded + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("decoding EncodingAESKey: not 43 letters and digits")
	}
	return key, nil
}

// EncryptMessage encrypts a callback with AES-256-CBC: 16 random bytes, the length of the message,
// the message, the receive id and the padding.
//
// https://developer.work.weixin.qq.com/document/path/90968
func EncryptMessage(key []byte, random16 string, msg []byte, receiveID string) (string, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("encrypting a callback: %w", err)
	}
	var plain bytes.Buffer
	plain.WriteString(random16)
	_ = binary.Write(&plain, binary.BigEndian, uint32(len(msg)))
	plain.Write(msg)
	plain.WriteString(receiveID)
	pad := padBlockSize - plain.Len()%padBlockSize
	plain.Write(bytes.Repeat([]byte{byte(pad)}, pad))
	out := plain.Bytes()
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(out, out)
	return base64.StdEncoding.EncodeToString(out), nil
}

// DecryptMessage decrypts a passive reply.
func DecryptMessage(key []byte, text, receiveID string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, errors.New("decrypting a reply: not base64 of whole blocks")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("decrypting a reply: %w", err)
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	pad := int(data[len(data)-1])
	if pad < 1 || pad > padBlockSize || pad > len(data) {
		return nil, errors.New("decrypting a reply: wrong padding")
	}
	data = data[:len(data)-pad]
	if len(data) < 20 {
		return nil, errors.New("decrypting a reply: too short")
	}
	n := int(binary.BigEndian.Uint32(data[16:20]))
	if n < 0 || n > len(data)-20 {
		return nil, errors.New("decrypting a reply: wrong length")
	}
	if got := string(data[20+n:]); got != receiveID {
		return nil, fmt.Errorf("decrypting a reply: receive id %q instead of %q", got, receiveID)
	}
	return data[20 : 20+n], nil
}

// SignMessage returns the msg_signature: the SHA-1 of the four sorted values.
func SignMessage(token, timestamp, nonce, encrypted string) string {
	parts := []string{token, timestamp, nonce, encrypted}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// EqualConstantTime compares two texts in constant time.
func EqualConstantTime(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
