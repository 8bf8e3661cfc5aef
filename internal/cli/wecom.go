package cli

// WeCom is the command "wecom": calls to WeCom's API for administrators and
// scripts.
type WeCom struct {
	As        string `placeholder:"NAME" help:"Use the application whose settings are HUIMIAN_WECOM_<NAME>_SECRET and so on."`
	JSON      bool   `help:"Print JSON, including errors on standard error."`
	TokenFile string `type:"path" placeholder:"FILE" help:"Store the token in this file between runs (mode 0600)."`

	User       userCommands       `cmd:"" help:"Members."`
	Department departmentCommands `cmd:"" aliases:"dept" help:"Departments."`
	Tag        tagCommands        `cmd:"" help:"Tags of members."`
	Batch      batchCommands      `cmd:"" help:"Import contacts from a CSV file."`
	Menu       menuCommands       `cmd:"" help:"The application's menu."`
	Media      mediaCommands      `cmd:"" help:"Upload and download files."`
	Message    messageCommands    `cmd:"" aliases:"msg" help:"Send messages from the application."`
	Chat       chatCommands       `cmd:"" help:"Group chats of the application (appchat)."`
	Robot      robotCommands      `cmd:"" help:"Send messages through a group robot; its key is HUIMIAN_WECOM_ROBOT_KEY."`
	Agent      agentCommands      `cmd:"" help:"Settings of the application."`
	External   externalCommands   `cmd:"" help:"External contacts."`
	IP         ipCommands         `cmd:"" name:"ip" help:"IP addresses of WeCom's servers."`
	Token      tokenCommand       `cmd:"" help:"Fetch the access token; masked unless --reveal."`
	Ticket     ticketCommand      `cmd:"" help:"Fetch a JS-SDK ticket; masked unless --reveal."`
	Sign       signCommand        `cmd:"" help:"JS-SDK signature for a page."`
	OAuthLink  oauthLinkCommand   `cmd:"" name:"oauth-link" help:"Sign-in link for inside WeCom."`
	LoginLink  loginLinkCommand   `cmd:"" name:"login-link" help:"Sign-in link for browsers outside WeCom."`
	QR         qrCommand          `cmd:"" name:"qr" help:"Print a QR code for a text or link."`
	Call       callCommand        `cmd:"" help:"Call any endpoint."`

	unsupportedCommands
}

// AfterApply passes the parsed flags to the session. Kong calls it.
func (w *WeCom) AfterApply(s *session) error {
	s.application, s.json, s.tokenFile = w.As, w.JSON, w.TokenFile
	return nil
}
