package doc

import (
	"fmt"

	"masthead/internal/errs"
)

// Fault is why a document is refused, and where: Path is written from the root in the JSON's own names,
// as in content[3].content[0].marks[1]. It is an error of kind errs.Invalid.
type Fault struct {
	Path   string
	Reason string
}

func (f *Fault) Error() string {
	if f.Path == "" {
		return "document: " + f.Reason
	}
	return f.Path + ": " + f.Reason
}

// Unwrap gives the fault its kind.
func (f *Fault) Unwrap() error { return &errs.Error{Kind: errs.Invalid, Msg: f.Error()} }

func fault(path, format string, args ...any) *Fault {
	return &Fault{Path: path, Reason: fmt.Sprintf(format, args...)}
}

// within puts a parent's step before the fault's path: paths are only built when something is wrong.
func (f *Fault) within(step string) *Fault {
	switch {
	case f == nil:
		return nil
	case f.Path == "":
		f.Path = step
	case f.Path[0] == '[':
		f.Path = step + f.Path
	default:
		f.Path = step + "." + f.Path
	}
	return f
}

func (f *Fault) at(list string, i int) *Fault {
	return f.within(fmt.Sprintf("%s[%d]", list, i))
}
