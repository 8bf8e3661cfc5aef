// Package s3check contains the tests of the S3 file store against an S3 server.
package s3check
