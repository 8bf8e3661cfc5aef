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

// FileUpload is a file to be sent. It is streamed, and rewound when it has to be
// sent again because the token had died.
type FileUpload struct {
	Name    string        // shown to whoever receives it; UTF-8
	Content io.ReadSeeker // an *os.File, or a *bytes.Reader
}

// uploadForm is a file inside a multipart body.
type uploadForm struct {
	content        io.ReadSeeker
	size           int64 // of the content
	prefix, suffix []byte
	contentType    string
}

// newUploadForm measures a file and builds what stands around it.
func newUploadForm(u FileUpload, contentType string) (*uploadForm, error) {
	if u.Name == "" || u.Content == nil {
		return nil, &FieldError{Field: "media", Message: "needs a name and a content"}
	}
	size, err := u.Content.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("wecom: measure %q: %w", u.Name, err)
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	header := textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="media"; filename="` + escapeFilename(u.Name) + `"; filelength=` + strconv.FormatInt(size, 10)},
		"Content-Type":        {contentType},
	}
	if _, err := w.CreatePart(header); err != nil {
		return nil, fmt.Errorf("wecom: form for %q: %w", u.Name, err)
	}
	head := bytes.Clone(buf.Bytes())
	buf.Reset()
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("wecom: form for %q: %w", u.Name, err)
	}
	return &uploadForm{content: u.Content, size: size, prefix: head, suffix: buf.Bytes(), contentType: w.FormDataContentType()}, nil
}

func (f *uploadForm) contentLength() int64 {
	return int64(len(f.prefix)) + f.size + int64(len(f.suffix))
}

// openReader begins the file anew.
func (f *uploadForm) openReader() (io.Reader, error) {
	if _, err := f.content.Seek(0, io.SeekStart); err != nil {
		return nil, errors.New("the file cannot be read again from its beginning")
	}
	return io.MultiReader(bytes.NewReader(f.prefix), io.LimitReader(f.content, f.size), bytes.NewReader(f.suffix)), nil
}

// readPrefix reads the first bytes of the file, by which its kind is known.
func (f *uploadForm) readPrefix() ([]byte, error) {
	if _, err := f.content.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(f.content, 512))
}

// escapeFilename makes a name safe inside the quotes of a header.
func escapeFilename(name string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "", "\x00", "").Replace(name)
}
