// Package clients runs WeCom clients that others wrote against the simulator,
// unchanged, through their public API. It is a module of its own so that their
// dependencies are not ours.
package clients
