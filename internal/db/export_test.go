package db

// Kept returns how many statements stay prepared.
func (d *DB) Kept() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.stmts)
}
