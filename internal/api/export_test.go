package api

// FileName is fileName, for its fuzz test.
var FileName = fileName
