package importer

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of the elements in an .xlsx: a part of a few megabytes may hold
// millions of empty ones, each of which takes hundreds of bytes once it is
// read. The rows are read one by one; everything else stays in memory.
const (
	maxRowElements = 4_000_000
	maxElements    = 500_000 // 2,000 rows of 60 different texts have fewer
)

var errTooManyElements = errors.New("it unpacks to more than any sheet of ours has")

// checkParts rejects an .xlsx that needs far more memory than its size suggests.
// It counts the unpacked bytes and elements: the declared sizes may be forged.
func checkParts(raw []byte) error {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return fmt.Errorf("opening the file: %w", err)
	}
	var size, rows, others int64
	for _, part := range z.File {
		elements, n, err := countElements(part, maxUnpacked-size)
		if err != nil {
			return err
		}
		size += n
		if strings.HasPrefix(part.Name, "xl/worksheets/") {
			rows += elements
		} else {
			others += elements
		}
		if size >= maxUnpacked || rows > maxRowElements || others > maxElements {
			return errTooManyElements
		}
	}
	return nil
}

// countElements counts the elements of a part, and the bytes that it has, up
// to a limit.
func countElements(part *zip.File, limit int64) (elements, size int64, err error) {
	r, err := part.Open()
	if err != nil {
		return 0, 0, fmt.Errorf("opening the part %q: %w", part.Name, err)
	}
	defer func() { _ = r.Close() }()
	body := io.LimitReader(r, limit)
	buf := make([]byte, 64<<10)
	for {
		n, err := body.Read(buf)
		elements += int64(bytes.Count(buf[:n], []byte{'<'}))
		size += int64(n)
		if errors.Is(err, io.EOF) {
			return elements, size, nil
		}
		if err != nil {
			return 0, 0, fmt.Errorf("unpacking the part %q: %w", part.Name, err)
		}
	}
}
