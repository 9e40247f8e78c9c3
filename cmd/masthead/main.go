// Command masthead is a whole regional news portal in one program.
package main

func main() {}
