// Package packed stores a value as compressed JSON, the form of every snapshot and version in the database.
package packed

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// limit bounds what one stored value may unpack to.
const limit = 64 << 20

var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<17))
	if err != nil {
		panic(err) // options are constants
	}
	return e
})

var decoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(limit))
	if err != nil {
		panic(err)
	}
	return d
})

// Value returns v as compressed JSON.
func Value(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Bytes(raw), nil
}

// Bytes compresses b.
func Bytes(b []byte) []byte { return encoder().EncodeAll(b, make([]byte, 0, len(b)/3)) }

// Read unpacks b into v.
func Read(b []byte, v any) error {
	raw, err := Unpack(b)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, v)
}

// Unpack returns the bytes that were compressed.
func Unpack(b []byte) ([]byte, error) {
	raw, err := decoder().DecodeAll(b, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack: %w", err)
	}
	return raw, nil
}
