//go:build race

package scripts_test

const race = true
