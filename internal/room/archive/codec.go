package archive

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A block is the byte formatVersion and, compressed by DEFLATE, the number of rows and
// their columns. The values of a column are next to each other, because they resemble
// each other:
//
//   - integers are differences to the row before, as zigzag varints
//   - names are indexes into the list of distinct names
//   - texts are JSON whose numbers change from row to row: the text without its numbers
//     is a name, and the numbers are integers, a column for each position
const formatVersion = 1

const (
	maxBlockBytes = 64 << 20 // of a decompressed block
	maxNumbers    = 64       // in a text; the numbers of longer ones are not separated
	maxDigits     = 18       // of a number that is separated: it fits into an int64
	// numberMark stands for a number in a text. UTF-8 does not contain it.
	numberMark = '\xff'
)

var errBadBlock = errors.New("the block is damaged")

// codec writes columns to buf, or reads them from it.
type codec struct {
	buf     []byte
	reading bool
	err     error
}

// encodeRows returns the body of a block.
func encodeRows[T logRow](t rowType[T], rows []T) ([]byte, error) {
	c := &codec{}
	c.putUint(uint64(len(rows)))
	t.exchange(c, rows)
	var out bytes.Buffer
	out.WriteByte(formatVersion)
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compressing a block: %w", err)
	}
	if _, err := w.Write(c.buf); err != nil {
		return nil, fmt.Errorf("compressing a block: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing a block: %w", err)
	}
	return out.Bytes(), nil
}

// decodeRows returns the rows of a block. What all rows of a stream have in common is
// not set.
func decodeRows[T logRow](t rowType[T], body []byte) ([]T, error) {
	if len(body) == 0 || body[0] != formatVersion {
		return nil, fmt.Errorf("%w: unknown format", errBadBlock)
	}
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body[1:])), maxBlockBytes))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadBlock, err)
	}
	c := &codec{buf: raw, reading: true}
	count := c.takeCount()
	if c.err != nil {
		return nil, c.err
	}
	rows := make([]T, count)
	t.exchange(c, rows)
	return rows, c.err
}

func (c *codec) putUint(v uint64) { c.buf = binary.AppendUvarint(c.buf, v) }

func (c *codec) takeUint() uint64 {
	v, n := binary.Uvarint(c.buf)
	if n <= 0 {
		c.err = errBadBlock
		return 0
	}
	c.buf = c.buf[n:]
	return v
}

// takeCount reads a number of things, each of which takes a byte or more.
func (c *codec) takeCount() int {
	n := c.takeUint()
	if n > uint64(len(c.buf)) {
		c.err = errBadBlock
		return 0
	}
	return int(n)
}

func (c *codec) takeString() string {
	n := c.takeCount()
	s := string(c.buf[:n])
	c.buf = c.buf[n:]
	return s
}

func (c *codec) exchangeInts(values []int64) {
	last := int64(0)
	for n := range values {
		if c.reading {
			v, size := binary.Varint(c.buf)
			if size <= 0 {
				c.err = errBadBlock
				return
			}
			c.buf = c.buf[size:]
			values[n] = last + v
		} else {
			c.buf = binary.AppendVarint(c.buf, values[n]-last)
		}
		last = values[n]
	}
}

func (c *codec) exchangeNames(values []string) {
	if c.reading {
		names := make([]string, c.takeCount())
		for n := range names {
			names[n] = c.takeString()
		}
		for n := range values {
			at := c.takeUint()
			if c.err != nil || at >= uint64(len(names)) {
				c.err = errBadBlock
				return
			}
			values[n] = names[at]
		}
		return
	}
	index, names := map[string]uint64{}, []string{}
	for _, v := range values {
		if _, ok := index[v]; !ok {
			index[v] = uint64(len(names))
			names = append(names, v)
		}
	}
	c.putUint(uint64(len(names)))
	for _, name := range names {
		c.putUint(uint64(len(name)))
		c.buf = append(c.buf, name...)
	}
	for _, v := range values {
		c.putUint(index[v])
	}
}

func (c *codec) exchangeTexts(values []string) {
	templates, numbers := make([]string, len(values)), make([][]int64, len(values))
	for n, v := range values {
		if !c.reading {
			templates[n], numbers[n] = splitNumbers(v)
		}
	}
	c.exchangeNames(templates)
	if c.err != nil {
		return
	}
	most := 0
	for n, template := range templates {
		if c.reading {
			numbers[n] = make([]int64, strings.Count(template, string([]byte{numberMark})))
		}
		most = max(most, len(numbers[n]))
	}
	for position := range most {
		var column []int64
		for _, list := range numbers {
			if position < len(list) {
				column = append(column, list[position])
			}
		}
		c.exchangeInts(column)
		if c.err != nil {
			return
		}
		for _, list := range numbers {
			if position < len(list) {
				list[position], column = column[0], column[1:]
			}
		}
	}
	if c.reading {
		for n := range values {
			values[n] = joinNumbers(templates[n], numbers[n])
		}
	}
}

// splitNumbers replaces the numbers of a text by numberMark. joinNumbers restores the
// same text.
func splitNumbers(text string) (template string, numbers []int64) {
	var out strings.Builder
	for n := 0; n < len(text); {
		end := n
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		switch digits := text[n:end]; {
		case digits == "":
			out.WriteByte(text[n])
			n++
			continue
		case len(digits) > maxDigits || digits[0] == '0' && len(digits) > 1:
			out.WriteString(digits)
		default:
			v, _ := strconv.ParseInt(digits, 10, 64) // digits by the loop
			numbers = append(numbers, v)
			out.WriteByte(numberMark)
		}
		n = end
	}
	if len(numbers) > maxNumbers {
		return text, nil
	}
	return out.String(), numbers
}

func joinNumbers(template string, numbers []int64) string {
	if len(numbers) == 0 {
		return template
	}
	out := make([]byte, 0, len(template)+8*len(numbers))
	for n := range len(template) {
		if template[n] == numberMark && len(numbers) > 0 {
			out = strconv.AppendInt(out, numbers[0], 10)
			numbers = numbers[1:]
			continue
		}
		out = append(out, template[n])
	}
	return string(out)
}
