// Package clients runs third-party WeCom clients against the simulator,
// unchanged, through their public API. It is a separate module, so that their
// dependencies do not become dependencies of the product.
package clients
