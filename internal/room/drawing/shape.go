package drawing

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/huimian/huimian/internal/validate"
)

// shape has the fields of an element of Excalidraw that are stored. There are no links, no
// images and no embedded pages. web/src/drawing/element.ts writes the same fields.
type shape struct {
	Type            string     `json:"type"`
	Index           string     `json:"index"` // the order from back to front
	X               float64    `json:"x"`
	Y               float64    `json:"y"`
	Width           float64    `json:"width"`
	Height          float64    `json:"height"`
	Angle           float64    `json:"angle"`
	StrokeColor     string     `json:"strokeColor"`
	BackgroundColor string     `json:"backgroundColor"`
	FillStyle       string     `json:"fillStyle"`
	StrokeWidth     float64    `json:"strokeWidth"`
	StrokeStyle     string     `json:"strokeStyle"`
	Roughness       float64    `json:"roughness"`
	Opacity         float64    `json:"opacity"`
	Seed            int64      `json:"seed"`
	Roundness       *roundness `json:"roundness,omitempty"`
	GroupIDs        []string   `json:"groupIds,omitempty"`
	FrameID         string     `json:"frameId,omitempty"`
	BoundElements   []bound    `json:"boundElements,omitempty"`
	Locked          bool       `json:"locked,omitempty"`

	lineShape
	textShape

	Pressures        []float64 `json:"pressures,omitempty"` // of a freedraw
	SimulatePressure bool      `json:"simulatePressure,omitempty"`
	Name             string    `json:"name,omitempty"` // of a frame
}

// lineShape has the fields of lines, arrows and freedraws.
type lineShape struct {
	Points         []point   `json:"points,omitempty"`
	StartBinding   *binding  `json:"startBinding,omitempty"`
	EndBinding     *binding  `json:"endBinding,omitempty"`
	StartArrowhead string    `json:"startArrowhead,omitempty"`
	EndArrowhead   string    `json:"endArrowhead,omitempty"`
	Elbowed        bool      `json:"elbowed,omitempty"`
	FixedSegments  []segment `json:"fixedSegments,omitempty"`
	StartIsSpecial bool      `json:"startIsSpecial,omitempty"`
	EndIsSpecial   bool      `json:"endIsSpecial,omitempty"`
}

type textShape struct {
	Text          string  `json:"text,omitempty"`
	OriginalText  string  `json:"originalText,omitempty"` // before it was wrapped
	FontSize      float64 `json:"fontSize,omitempty"`
	FontFamily    int     `json:"fontFamily,omitempty"`
	TextAlign     string  `json:"textAlign,omitempty"`
	VerticalAlign string  `json:"verticalAlign,omitempty"`
	ContainerID   string  `json:"containerId,omitempty"`
	LineHeight    float64 `json:"lineHeight,omitempty"`
	FixedWidth    bool    `json:"fixedWidth,omitempty"` // the text is wrapped
}

type (
	point     [2]float64
	roundness struct {
		Type  int     `json:"type"`
		Value float64 `json:"value,omitempty"`
	}
	bound struct {
		ID   string `json:"id"`
		Type string `json:"type"`
	}
	binding struct {
		ElementID  string  `json:"elementId"`
		Focus      float64 `json:"focus"`
		Gap        float64 `json:"gap"`
		FixedPoint *point  `json:"fixedPoint,omitempty"`
	}
	segment struct {
		Index int   `json:"index"`
		Start point `json:"start"`
		End   point `json:"end"`
	}
)

const (
	maxCoordinate = 1e7
	maxVersion    = 1<<31 - 1
	maxList       = 500 // groups, bound elements and segments of an element
)

var (
	types      = []string{"rectangle", "ellipse", "diamond", "arrow", "line", "freedraw", "text", "frame"}
	idPattern  = regexp.MustCompile(`^[A-Za-z0-9_:-]{1,64}$`)
	keyPattern = regexp.MustCompile(`^[A-Za-z0-9]{1,128}$`) // a key of the order
	// colorPattern permits the names and the hexadecimal colours of CSS, and no functions.
	colorPattern = regexp.MustCompile(`^(#[0-9A-Fa-f]{3,8}|[A-Za-z]{1,30})$`)
	wordPattern  = regexp.MustCompile(`^[a-z_-]{0,30}$`) // a style
)

func (h Head) isValid() bool {
	return idPattern.MatchString(h.ID) && h.Version > 0 && h.Version <= maxVersion && h.VersionNonce >= 0 && h.VersionNonce <= maxVersion
}

func (s *shape) isValid() bool {
	numbers := []float64{s.X, s.Y, s.Width, s.Height, s.Angle, s.StrokeWidth, s.Roughness, s.Opacity, s.FontSize, s.LineHeight}
	words := []string{s.FillStyle, s.StrokeStyle, s.StartArrowhead, s.EndArrowhead, s.TextAlign, s.VerticalAlign}
	return slices.Contains(types, s.Type) && keyPattern.MatchString(s.Index) &&
		!slices.ContainsFunc(numbers, isBeyond) && !slices.ContainsFunc(s.Pressures, isBeyond) &&
		!slices.ContainsFunc(words, func(word string) bool { return !wordPattern.MatchString(word) }) &&
		colorPattern.MatchString(s.StrokeColor) && colorPattern.MatchString(s.BackgroundColor) &&
		s.Seed >= 0 && s.Seed <= maxVersion && s.FontFamily >= 0 && s.FontFamily < 100 &&
		(s.Roundness == nil || s.Roundness.Type >= 0 && s.Roundness.Type < 10 && !isBeyond(s.Roundness.Value)) &&
		s.hasValidReferences() && s.lineShape.isValid()
}

// hasValidReferences reports whether the ids of other elements are ids. The elements need
// not exist: they may be deleted, or arrive later.
func (s *shape) hasValidReferences() bool {
	ids := append(slices.Clone(s.GroupIDs), optional(s.FrameID)...)
	ids = append(ids, optional(s.ContainerID)...)
	for _, b := range s.BoundElements {
		if !wordPattern.MatchString(b.Type) {
			return false
		}
		ids = append(ids, b.ID)
	}
	for _, b := range []*binding{s.StartBinding, s.EndBinding} {
		if b == nil {
			continue
		}
		if isBeyond(b.Focus) || isBeyond(b.Gap) || b.FixedPoint != nil && b.FixedPoint.isBeyond() {
			return false
		}
		ids = append(ids, b.ElementID)
	}
	return len(ids) <= maxList && !slices.ContainsFunc(ids, func(id string) bool { return !idPattern.MatchString(id) })
}

func (s *lineShape) isValid() bool {
	return len(s.FixedSegments) <= maxList && !slices.ContainsFunc(s.Points, point.isBeyond) &&
		!slices.ContainsFunc(s.FixedSegments, func(f segment) bool { return f.Index < 0 || f.Start.isBeyond() || f.End.isBeyond() })
}

func (p point) isBeyond() bool { return isBeyond(p[0]) || isBeyond(p[1]) }

func isBeyond(n float64) bool { return math.Abs(n) > maxCoordinate }

func optional(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

// cleanTexts removes the control characters that cannot be seen, and those that reverse the
// order of the text beside them.
func (s *shape) cleanTexts() {
	for _, text := range []*string{&s.Text, &s.OriginalText, &s.Name} {
		*text = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\n' && r != '\t' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
				return -1
			}
			return r
		}, validate.NormalizeNewlines(*text))
	}
}
