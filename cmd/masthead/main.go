// Command masthead is a whole regional news portal in one program.
package main

import (
	"os"

	"masthead/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
