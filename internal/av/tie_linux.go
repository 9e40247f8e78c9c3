package av

import (
	"os/exec"
	"runtime"
	"syscall"
)

// tie lets a program end with this one, however this one ends: ffmpeg would go on for hours. What counts for the system is
// the thread that starts it; call untie when it has ended.
func tie(c *exec.Cmd) (untie func()) {
	runtime.LockOSThread()
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return runtime.UnlockOSThread
}
