package model

// Suite is a third-party application (第三方应用) of a provider.
type Suite struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Name   string `json:"name,omitempty"`

	// The provider that made it.
	ProviderCorpID string `json:"providerCorpId,omitempty"`
	ProviderSecret string `json:"providerSecret,omitempty"`

	// InstructURL (指令回调URL) receives tickets and installations. Its receive
	// id is the suite's.
	InstructURL string `json:"instructUrl,omitempty"`
	// DataURL (数据回调URL) receives messages and events of the companies;
	// $CORPID$ stands for the company. Its receive id is the company's.
	DataURL        string `json:"dataUrl,omitempty"`
	Token          string `json:"token,omitempty"` // of both addresses
	EncodingAESKey string `json:"encodingAesKey,omitempty"`

	HomeURL        string   `json:"homeUrl,omitempty"`
	TrustedDomains []string `json:"trustedDomains,omitempty"` // as in App
	// RedirectDomain is the host, with its port, to which an installation may
	// lead back. Empty means any.
	RedirectDomain string `json:"redirectDomain,omitempty"`

	// EncryptedIDs gives the suite ids of its provider's own for companies,
	// members and people outside, as for companies that installed since November
	// 2021.
	EncryptedIDs bool `json:"encryptedIds,omitempty"`
}
