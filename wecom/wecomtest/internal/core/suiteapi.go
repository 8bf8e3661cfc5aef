package core

// HeaderlessReply is a reply that has no errcode when the call succeeded, as WeCom
// leaves it out with the tokens of providers.
type HeaderlessReply interface{ OmitHeader() }
