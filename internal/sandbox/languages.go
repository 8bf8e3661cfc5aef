package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// host is what detection needs to know beside the machine itself.
type host struct {
	cache string // directory for what compilers may keep between runs, filled by us only
}

// supported lists every language that can be offered, in the order in which it is offered.
// Each function looks for the language on this machine and says why it is not there.
var supported = []func(context.Context, host) (*image, error){
	python, javascript, java, golang, c, cplusplus, rust, ruby, php, perl, bash,
}

// detect asks the machine for all languages at once.
func detect(ctx context.Context, h host) (images []*image, missing []error) {
	ctx, cancel := context.WithTimeout(ctx, detectTimeout)
	defer cancel()
	found, errs := make([]*image, len(supported)), make([]error, len(supported))
	var wg sync.WaitGroup
	for i, look := range supported {
		wg.Go(func() { found[i], errs[i] = look(ctx, h) })
	}
	wg.Wait()
	for i := range supported {
		if errs[i] != nil {
			missing = append(missing, errs[i])
			continue
		}
		images = append(images, found[i])
	}
	return images, missing
}

// python prefers the system's interpreter: what the PATH gives may be a shim that needs its owner's
// home directory.
func python(ctx context.Context, _ host) (*image, error) {
	const question = `import json,sys,sysconfig;print(json.dumps([sys.executable,sys.base_prefix,` +
		`sysconfig.get_path("stdlib"),sysconfig.get_path("platstdlib"),sys.version.split()[0]]))`
	answer, err := ask(ctx, "/usr/bin/python3", "-I", "-c", question)
	if err != nil {
		answer, err = ask(ctx, "python3", "-I", "-c", question)
	}
	if err != nil {
		return nil, err
	}
	var facts [5]string
	if err := json.Unmarshal([]byte(answer), &facts); err != nil {
		return nil, fmt.Errorf("ask python3 where it lives: %w", err)
	}
	img := newImage("python", "main.py")
	if prefix := facts[1]; prefix != "/usr" {
		img.mount(prefix)
		img.env = append(img.env, "LD_LIBRARY_PATH="+filepath.Join(prefix, "lib"))
	}
	img.mount(facts[0], facts[2], facts[3])
	img.run = facts[0] + " main.py"
	img.env = append(img.env, "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1")
	return img, img.named("Python %s", facts[4], 2)
}

func javascript(ctx context.Context, _ host) (*image, error) {
	img := newImage("javascript", "main.js")
	path, err := img.interpreter("node")
	if err != nil {
		return nil, err
	}
	img.mount("/usr/share/nodejs") // Debian's own build keeps a part of its library there
	img.run = "node main.js"
	answer, err := ask(ctx, path, "--version")
	if err != nil {
		return nil, err
	}
	return img, img.named("JavaScript (Node.js %s)", answer, 1)
}

func java(ctx context.Context, _ host) (*image, error) {
	path, err := exec.LookPath("javac")
	if err != nil {
		return nil, err
	}
	compiler, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	answer, err := ask(ctx, compiler, "-version")
	if err != nil {
		return nil, err
	}
	home := filepath.Dir(filepath.Dir(compiler))
	img := newImage("java", "Main.java")
	img.mount(home)
	for _, linked := range []string{"lib/jvm.cfg", "conf/security/java.security"} { // Debian keeps them in /etc
		if file, err := filepath.EvalSymlinks(filepath.Join(home, linked)); err == nil {
			img.mount(filepath.Dir(file))
		}
	}
	const flags = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m"
	tools := filepath.Join(home, "bin")
	img.compile = fmt.Sprintf("%s/javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -encoding UTF-8 -d /tmp Main.java", tools)
	img.run = fmt.Sprintf("%s/java %s -cp /tmp Main", tools, flags)
	img.allowCompiler(768<<20, 256)
	return img, img.named("Java %s", answer, 1)
}

func c(ctx context.Context, _ host) (*image, error) {
	img := newImage("c", "main.c")
	return img, img.gcc(ctx, "gcc", "C (gcc %s)", "-std=gnu17", "-lm")
}

func cplusplus(ctx context.Context, _ host) (*image, error) {
	img := newImage("cpp", "main.cpp")
	return img, img.gcc(ctx, "g++", "C++ (g++ %s)", "-std=gnu++20", "")
}

func (img *image) gcc(ctx context.Context, driver, name, standard, libraries string) error {
	path, err := img.gnuTools(ctx, driver)
	if err != nil {
		return err
	}
	img.mount("/usr/include")
	img.compile = strings.TrimSpace(fmt.Sprintf("%s %s -O1 -Wall -o /tmp/main %s %s", driver, standard, img.file, libraries))
	img.run = "/tmp/main"
	img.allowCompiler(512<<20, 64)
	answer, err := ask(ctx, path, "-dumpfullversion")
	if err != nil {
		return err
	}
	return img.named(name, answer, 1)
}

// gnuTools makes a driver of GCC part of the image, with the compiler, assembler and linker that it calls.
func (img *image) gnuTools(ctx context.Context, driver string) (string, error) {
	path, err := exec.LookPath(driver)
	if err != nil {
		return "", err
	}
	for _, question := range []string{"-print-prog-name=cc1", "-print-prog-name=cc1plus", "-print-libgcc-file-name"} {
		if answer, err := ask(ctx, path, question); err == nil && filepath.IsAbs(answer) {
			img.mount(filepath.Dir(answer))
		}
	}
	img.command(path)
	for _, tool := range []string{"as", "ld"} {
		if path, err := exec.LookPath(tool); err == nil {
			img.command(path)
		}
	}
	return path, nil
}

// rust asks for the toolchain itself: what the PATH gives is often rustup's proxy.
func rust(ctx context.Context, _ host) (*image, error) {
	root, err := ask(ctx, "rustc", "--print", "sysroot")
	if err != nil {
		return nil, err
	}
	img := newImage("rust", "main.rs")
	img.mount(root)
	if _, err := img.gnuTools(ctx, "cc"); err != nil { // rustc links through it
		return nil, err
	}
	compiler := filepath.Join(root, "bin", "rustc")
	img.compile, img.run = compiler+" --edition 2021 -C debuginfo=0 -o /tmp/main main.rs", "/tmp/main"
	img.allowCompiler(768<<20, 64)
	answer, err := ask(ctx, compiler, "--version")
	if err != nil {
		return nil, err
	}
	return img, img.named("Rust %s", answer, 2)
}

func ruby(ctx context.Context, _ host) (*image, error) {
	img := newImage("ruby", "main.rb")
	path, err := img.interpreter("ruby")
	if err != nil {
		return nil, err
	}
	answer, err := ask(ctx, path, "-e", `puts RUBY_VERSION, $LOAD_PATH, RbConfig::CONFIG["rubylibdir"], Gem.default_dir`)
	if err != nil {
		return nil, err
	}
	lines := strings.Fields(answer)
	img.mount(lines[1:]...)
	img.run = "ruby main.rb"
	return img, img.named("Ruby %s", lines[0], 2)
}

func php(ctx context.Context, _ host) (*image, error) {
	img := newImage("php", "main.php")
	path, err := img.interpreter("php")
	if err != nil {
		return nil, err
	}
	img.run = "php main.php"
	answer, err := ask(ctx, path, "-n", "--version")
	if err != nil {
		return nil, err
	}
	return img, img.named("PHP %s", answer, 2)
}

func perl(ctx context.Context, _ host) (*image, error) {
	img := newImage("perl", "main.pl")
	path, err := img.interpreter("perl")
	if err != nil {
		return nil, err
	}
	answer, err := ask(ctx, path, "-e", `printf "%vd\n", $^V; print join "\n", @INC`)
	if err != nil {
		return nil, err
	}
	lines := strings.Fields(answer)
	for _, dir := range lines[1:] {
		if strings.HasPrefix(dir, "/usr/") {
			img.mount(dir)
		}
	}
	img.run = "perl main.pl"
	return img, img.named("Perl %s", lines[0], 2)
}

// bash comes with the small tools without which a shell script is not one.
func bash(ctx context.Context, _ host) (*image, error) {
	img := newImage("bash", "main.sh")
	path, err := img.interpreter("bash")
	if err != nil {
		return nil, err
	}
	img.copyTools("awk", "basename", "cat", "chmod", "comm", "cp", "cut", "date", "diff", "dirname", "expr", "find",
		"grep", "head", "ls", "mkdir", "mktemp", "mv", "od", "paste", "rev", "rm", "rmdir", "sed", "seq", "sleep",
		"sort", "tail", "tee", "touch", "tr", "uniq", "wc", "xargs")
	img.run = "bash main.sh"
	answer, err := ask(ctx, path, "--version")
	if err != nil {
		return nil, err
	}
	return img, img.named("Bash %s", answer, 2)
}

// interpreter finds a program in the PATH and makes it part of the image.
func (img *image) interpreter(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	img.command(path)
	return path, nil
}

// allowCompiler raises the limits to what compiling takes beyond running.
func (img *image) allowCompiler(memory int64, processes int) {
	img.limits.Wall, img.limits.CPU = wallLimit(20*time.Second), 20*time.Second
	img.limits.MemoryBytes, img.limits.Processes, img.limits.FileBytes = memory, processes, 64<<20
}
