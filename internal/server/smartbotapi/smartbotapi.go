// Package smartbotapi contains the operations on the smart bot in WeCom.
package smartbotapi

import (
	"context"
	"time"

	"github.com/huimian/huimian/internal/server/caller"
	"github.com/huimian/huimian/internal/server/httpapi"
	"github.com/huimian/huimian/internal/smartbot"
	"github.com/huimian/huimian/wecom"
)

// Handlers are the operations.
type Handlers struct {
	SmartBot *smartbot.Service
}

// SmartBotSettingsInput is the body of setSmartBotSettings.
type SmartBotSettingsInput struct {
	Enabled        bool   `json:"enabled" doc:"Members can ask the bot in WeCom"`
	Name           string `json:"name" maxLength:"64" doc:"The name of the bot, as members mention it in groups; may be empty" example:"面试助手"`
	BotID          string `json:"botId" maxLength:"64" doc:"The id of the bot (aibotid); empty: that of the next callback"`
	CallbackToken  string `json:"callbackToken" maxLength:"100" doc:"The Token of the bot's page in WeCom; empty keeps the stored one"`
	EncodingAESKey string `json:"encodingAesKey" maxLength:"100" doc:"The EncodingAESKey of the bot's page in WeCom; empty keeps the stored one"`
	Version        int    `json:"version" minimum:"0" doc:"The version that was edited; 0 replaces any"`
}

// SmartBotSettings are the settings of the company. Token and EncodingAESKey are never returned.
type SmartBotSettings struct {
	Enabled     bool       `json:"enabled"`
	Name        string     `json:"name"`
	BotID       string     `json:"botId"`
	HasSecrets  bool       `json:"hasSecrets" doc:"Token and EncodingAESKey are stored"`
	CallbackURL string     `json:"callbackUrl" doc:"To enter on the bot's page in WeCom"`
	ReceivedAt  *time.Time `json:"receivedAt,omitempty" doc:"When a message was received last, to the minute; absent: never"`
	Version     int        `json:"version"`
}

// GetSettings returns the settings of the company.
func (h Handlers) GetSettings(ctx context.Context, _ *httpapi.Empty) (*httpapi.Response[SmartBotSettings], error) {
	return httpapi.MapResponse(h.newSettings)(h.SmartBot.Settings(ctx, caller.Actor(ctx)))
}

// SetSettings changes the settings of the company.
func (h Handlers) SetSettings(ctx context.Context, in *httpapi.Request[SmartBotSettingsInput]) (*httpapi.Response[SmartBotSettings], error) {
	edit := smartbot.Edit{Enabled: in.Body.Enabled, Name: in.Body.Name, BotID: in.Body.BotID, Token: wecom.Secret(in.Body.CallbackToken), EncodingAESKey: wecom.Secret(in.Body.EncodingAESKey)}
	return httpapi.MapResponse(h.newSettings)(h.SmartBot.UpdateSettings(ctx, caller.Actor(ctx), in.Body.Version, edit))
}

func (h Handlers) newSettings(c smartbot.Settings) SmartBotSettings {
	return SmartBotSettings{
		Enabled: c.Enabled, Name: c.Name, BotID: c.BotID, HasSecrets: c.HasSecrets(), CallbackURL: h.SmartBot.CallbackURL(c.CorpID), ReceivedAt: c.ReceivedAt, Version: c.Version,
	}
}
