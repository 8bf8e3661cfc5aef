package wecom

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strconv"
	"strings"
)

// FileUpload is a file to upload. Its content is streamed, and read again from
// the start when the attempt is repeated with a new token.
type FileUpload struct {
	Name    string        // shown to the recipient; UTF-8
	Content io.ReadSeeker // such as an *os.File or a *bytes.Reader
}

// uploadForm is a multipart body with one file.
type uploadForm struct {
	content        io.ReadSeeker
	size           int64 // of content
	prefix, suffix []byte
	contentType    string
}

// newUploadForm determines the size of the file and builds the multipart
// framing around it.
func newUploadForm(u FileUpload, contentType string) (*uploadForm, error) {
	if u.Name == "" || u.Content == nil {
		return nil, &FieldError{Field: "media", Message: "must have a name and content"}
	}
	size, err := u.Content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("wecom: determining the size of %q: %w", u.Name, err)
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	header := textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="media"; filename="` + escapeFilename(u.Name) + `"; filelength=` + strconv.FormatInt(size, 10)},
		"Content-Type":        {contentType},
	}
	if _, err := w.CreatePart(header); err != nil {
		return nil, fmt.Errorf("wecom: building the form for %q: %w", u.Name, err)
	}
	head := bytes.Clone(buf.Bytes())
	buf.Reset()
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("wecom: building the form for %q: %w", u.Name, err)
	}
	return &uploadForm{content: u.Content, size: size, prefix: head, suffix: buf.Bytes(), contentType: w.FormDataContentType()}, nil
}

func (f *uploadForm) contentLength() int64 {
	return int64(len(f.prefix)) + f.size + int64(len(f.suffix))
}

// openReader returns a reader from the start of the multipart body.
func (f *uploadForm) openReader() (io.Reader, error) {
	if _, err := f.content.Seek(0, io.SeekStart); err != nil {
		return nil, errors.New("the file cannot be rewound")
	}
	return io.MultiReader(bytes.NewReader(f.prefix), io.LimitReader(f.content, f.size), bytes.NewReader(f.suffix)), nil
}

// readPrefix returns the first 512 bytes of the file, for detecting its type.
func (f *uploadForm) readPrefix() ([]byte, error) {
	if _, err := f.content.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f.content, 512))
}

// escapeFilename escapes a file name for a quoted header parameter.
func escapeFilename(name string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "", "\x00", "").Replace(name)
}
