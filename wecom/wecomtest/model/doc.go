// Package model holds the types that a user of the simulator gives to it and gets
// from it. Package wecomtest has an alias for each, which is the name to use.
package model
