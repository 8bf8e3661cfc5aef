package model

// MemberMessage is a message that a member sends to an application. Exactly one field is set.
//
// https://developer.work.weixin.qq.com/document/path/90239
type MemberMessage struct {
	Text     string      `json:"text,omitempty"`
	Image    *MemberFile `json:"image,omitempty"` // JPEG, PNG or GIF, at most 10 MB
	Voice    *MemberFile `json:"voice,omitempty"` // AMR or Speex, at most 2 MB
	Video    *MemberFile `json:"video,omitempty"` // MP4, at most 10 MB
	Location *Location   `json:"location,omitempty"`
	Link     *SharedLink `json:"link,omitempty"`
}

// MemberFile is a file that a member sends.
type MemberFile struct {
	Name string `json:"name,omitempty"`
	// Data is the content of the file; base64 in JSON. Empty means a sample picture, or a voice
	// message of one second. A video has no sample.
	Data []byte `json:"data,omitempty"`
}

// Location is a place on the map.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Scale     int     `json:"scale"` // zoom level of the map
	Label     string  `json:"label"` // address
	PoiName   string  `json:"poiName,omitempty"`
}

// MenuInput is what a member gives after clicking a menu item that scans a code, sends pictures or
// selects a location. Details that are not given have the values of WeCom's page.
//
// https://developer.work.weixin.qq.com/document/path/90240
type MenuInput struct {
	// ScanType and ScanResult belong to scancode_push and scancode_waitmsg.
	ScanType   string `json:"scanType,omitempty"` // empty means qrcode
	ScanResult string `json:"scanResult,omitempty"`
	// Pictures belong to pic_sysphoto (one), pic_photo_or_album and pic_weixin (1 to 9).
	Pictures []MemberFile `json:"pictures,omitempty"`
	// Location belongs to location_select.
	Location *Location `json:"location,omitempty"`
}
