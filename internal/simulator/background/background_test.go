package background

import "testing"

func TestWait(t *testing.T) {
	var g Group
	begun, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	if !g.Go(func() {
		close(begun)
		<-release
		close(ended)
	}) {
		t.Fatal("an open group refused a task")
	}
	<-begun
	g.Close()
	if g.Go(func() { t.Error("a task ran after Close") }) {
		t.Error("a closed group accepted a task")
	}
	close(release)
	g.Wait()
	select {
	case <-ended:
	default:
		t.Error("Wait returned before the task")
	}
	g.Wait() // again
}
