// Command release signs the files of a release and verifies them.
//
//	release checksums DIR           write DIR/SHA256SUMS of the files in DIR
//	release generate-key            print a new key pair
//	release sign FILE               write FILE.sig, with the private key in the standard input
//	release verify PUBLIC-KEY DIR   verify DIR/SHA256SUMS.sig, and the files by their checksums
package main

import (
	"fmt"
	"io"
	"os"
)

const usage = "usage: release checksums DIR | generate-key | sign FILE | verify PUBLIC-KEY DIR"

func main() {
	if err := run(os.Args[1:], os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(args []string, stdin io.Reader) error {
	switch {
	case len(args) == 2 && args[0] == "checksums":
		return writeChecksums(args[1])
	case len(args) == 1 && args[0] == "generate-key":
		private, public, err := generateKey()
		if err != nil {
			return err
		}
		fmt.Printf("private key: %s\npublic key: %s\n", private, public)
		return nil
	case len(args) == 2 && args[0] == "sign":
		key, err := io.ReadAll(io.LimitReader(stdin, 1<<10))
		if err != nil {
			return fmt.Errorf("reading the private key: %w", err)
		}
		return signFile(args[1], string(key))
	case len(args) == 3 && args[0] == "verify":
		return verifyRelease(args[1], args[2])
	default:
		return fmt.Errorf("%s", usage)
	}
}
