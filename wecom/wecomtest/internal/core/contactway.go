package core

import (
	"github.com/huimian/huimian/wecom/wecomtest/model"
)

// ContactWay is a QR code or button with which external contacts add members (联系我).
type ContactWay struct {
	ConfigID    string    `json:"config_id"`
	Type        model.Int `json:"type"`
	Scene       model.Int `json:"scene"`
	Style       model.Int `json:"style"`
	Remark      string    `json:"remark"`
	SkipVerify  *bool     `json:"skip_verify"`
	State       string    `json:"state"`
	QRCode      string    `json:"qr_code,omitempty"`
	Users       []string  `json:"user"`
	Parties     []int64   `json:"party"`
	IsExclusive bool      `json:"is_exclusive"`
}
