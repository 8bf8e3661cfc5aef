package setup

import "crypto/rand"

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// GenerateToken returns a Token for the callback of an application: WeCom accepts up to
// 32 letters and digits.
func GenerateToken() string { return generateText(32) }

// GenerateEncodingAESKey returns an EncodingAESKey for the callback of an application:
// WeCom requires 43 letters and digits.
func GenerateEncodingAESKey() string { return generateText(43) }

// generateText returns random letters and digits. Bytes beyond the largest multiple
// of their number are skipped, so that all are equally likely.
func generateText(length int) string {
	text := make([]byte, 0, length)
	for len(text) < length {
		var raw [64]byte
		_, _ = rand.Read(raw[:]) // never returns an error
		for _, b := range raw {
			if int(b) < 256/len(alphanumerics)*len(alphanumerics) && len(text) < length {
				text = append(text, alphanumerics[int(b)%len(alphanumerics)])
			}
		}
	}
	return string(text)
}
