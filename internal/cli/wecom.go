package cli

// WeCom is the command "wecom": what an administrator or a script asks of
// WeCom itself.
type WeCom struct {
	As        string `placeholder:"NAME" help:"Speak for the application whose settings are HUIMIAN_WECOM_<NAME>_SECRET and so on."`
	JSON      bool   `help:"Print JSON for scripts; errors too, on the standard error."`
	TokenFile string `type:"path" placeholder:"FILE" help:"Keep the token in this file between runs; only its owner can read it."`

	User       userCommands       `cmd:"" help:"Members."`
	Department departmentCommands `cmd:"" aliases:"dept" help:"Departments."`
	Tag        tagCommands        `cmd:"" help:"Tags of members."`
	Batch      batchCommands      `cmd:"" help:"Change contacts by a CSV file."`
	Menu       menuCommands       `cmd:"" help:"The application's menu."`
	Media      mediaCommands      `cmd:"" help:"Upload and download files."`
	Message    messageCommands    `cmd:"" aliases:"msg" help:"Send messages from the application."`
	Chat       chatCommands       `cmd:"" help:"Group chats of the application (appchat)."`
	Robot      robotCommands      `cmd:"" help:"Write through a group robot; its key is HUIMIAN_WECOM_ROBOT_KEY."`
	Agent      agentCommands      `cmd:"" help:"The application itself."`
	External   externalCommands   `cmd:"" help:"People outside the company."`
	IP         ipCommands         `cmd:"" name:"ip" help:"Addresses of WeCom's servers."`
	Token      tokenCommand       `cmd:"" help:"Fetch the access token; masked unless --reveal."`
	Ticket     ticketCommand      `cmd:"" help:"Fetch a JS-SDK ticket; masked unless --reveal."`
	Sign       signCommand        `cmd:"" help:"JS-SDK signature for a page."`
	OAuthLink  oauthLinkCommand   `cmd:"" name:"oauth-link" help:"Sign-in link for inside WeCom."`
	LoginLink  loginLinkCommand   `cmd:"" name:"login-link" help:"Sign-in link for ordinary browsers."`
	QR         qrCommand          `cmd:"" name:"qr" help:"Draw a QR code of a text or link."`
	Call       callCommand        `cmd:"" help:"Call any endpoint."`

	retired
}

// AfterApply tells the commands what stands before them.
func (w *WeCom) AfterApply(s *session) error {
	s.as, s.json, s.tokenFile = w.As, w.JSON, w.TokenFile
	return nil
}
