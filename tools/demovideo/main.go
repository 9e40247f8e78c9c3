// Command demovideo renders the demo's clips: frames from internal/demo/draw, a bed of wind from ffmpeg,
// encoded to internal/demo/video. It needs ffmpeg with libx264; run it from the repository's root.
package main

import (
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"masthead/internal/demo"
	"masthead/internal/demo/draw"
)

const fps = 20

func main() {
	for _, v := range demo.Videos() {
		if err := render(v); err != nil {
			fmt.Fprintf(os.Stderr, "demovideo: %s: %v\n", v.Key, err)
			os.Exit(1)
		}
		fmt.Println(v.File)
	}
}

func render(v demo.Video) error {
	seconds := strconv.FormatFloat(v.Duration.Seconds(), 'f', -1, 64)
	cmd := exec.Command("ffmpeg", "-y", "-loglevel", "error",
		"-f", "rawvideo", "-pix_fmt", "rgba", "-s", fmt.Sprintf("%dx%d", v.Width, v.Height), "-r", strconv.Itoa(fps), "-i", "-",
		"-f", "lavfi", "-i", "anoisesrc=color=brown:amplitude=0.25:seed=7:duration="+seconds+",lowpass=f=500,tremolo=f=0.2:d=0.5",
		"-c:v", "libx264", "-profile:v", "main", "-pix_fmt", "yuv420p", "-preset", "veryslow", "-b:v", "190k", "-maxrate", "400k", "-bufsize", "800k",
		"-c:a", "aac", "-b:a", "40k", "-ac", "1", "-shortest", "-bitexact", "-movflags", "+faststart",
		filepath.Join("internal", "demo", filepath.FromSlash(v.File)))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	for i := range int(v.Duration.Seconds() * fps) {
		if err := frame(in, v, float64(i)/fps); err != nil {
			return err
		}
	}
	if err := in.Close(); err != nil {
		return err
	}
	return cmd.Wait()
}

func frame(w io.Writer, v demo.Video, t float64) error {
	img, ok := draw.Frame(v.Poster, t, v.Width, v.Height).(*image.RGBA)
	if !ok {
		return fmt.Errorf("no scene %s", v.Poster)
	}
	_, err := w.Write(img.Pix)
	return err
}
