package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// compileCPU is the CPU time of a compiler. Go has more, since it compiles the
// imported packages of its standard library.
const compileCPU = 30 * time.Second

// detectPython prefers the system's interpreter, since the one in the PATH may
// be a shim that needs its owner's home directory.
func detectPython(ctx context.Context, _ detectConfig) (*image, error) {
	const question = `import json,sys,sysconfig;print(json.dumps([sys.executable,sys.base_prefix,` +
		`sysconfig.get_path("stdlib"),sysconfig.get_path("platstdlib"),sys.version.split()[0]]))`
	answer, err := runTool(ctx, "/usr/bin/python3", "-I", "-c", question)
	if err != nil {
		answer, err = runTool(ctx, "python3", "-I", "-c", question)
	}
	if err != nil {
		return nil, err
	}
	var facts [5]string
	if err := json.Unmarshal([]byte(answer), &facts); err != nil {
		return nil, fmt.Errorf("detecting python3: %w", err)
	}
	img := newImage("python", "main.py")
	if prefix := facts[1]; prefix != "/usr" {
		img.addMounts(prefix)
		img.env = append(img.env, "LD_LIBRARY_PATH="+filepath.Join(prefix, "lib"))
	}
	img.addMounts(facts[0], facts[2], facts[3])
	img.run, img.preload = facts[0]+" main.py", facts[0]+" -c pass"
	img.shell = facts[0] + " -q"
	img.env = append(img.env, "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1")
	return img, img.setVersion("Python %s", facts[4], 2)
}

func detectJavaScript(ctx context.Context, _ detectConfig) (*image, error) {
	img := newImage("javascript", "main.js")
	path, err := img.addInterpreter("node")
	if err != nil {
		return nil, err
	}
	img.addMounts("/usr/share/nodejs")                      // Debian's package keeps part of its library there
	img.run, img.preload = "node main.js", "node --version" // a program would need more than IdleMemory
	img.shell, img.env = "node", append(img.env, "NODE_REPL_HISTORY=")
	answer, err := runTool(ctx, path, "--version")
	if err != nil {
		return nil, err
	}
	return img, img.setVersion("JavaScript (Node.js %s)", answer, 1)
}

func detectJava(ctx context.Context, _ detectConfig) (*image, error) {
	path, err := exec.LookPath("javac")
	if err != nil {
		return nil, err
	}
	compiler, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	answer, err := runTool(ctx, compiler, "-version")
	if err != nil {
		return nil, err
	}
	home := filepath.Dir(filepath.Dir(compiler))
	img := newImage("java", "Main.java")
	img.addMounts(home)
	for _, linked := range []string{"lib/jvm.cfg", "conf/security/java.security"} { // Debian keeps them in /etc
		if file, err := filepath.EvalSymlinks(filepath.Join(home, linked)); err == nil {
			img.addMounts(filepath.Dir(file))
		}
	}
	const flags = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m"
	tools := filepath.Join(home, "bin")
	img.compile = fmt.Sprintf("%s/javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -encoding UTF-8 -d /tmp Main.java", tools)
	img.run = fmt.Sprintf("%s/java %s -cp /tmp Main", tools, flags)
	img.adapt = adaptJava
	img.allowCompiler(compileCPU, 768<<20, 256)
	return img, img.setVersion("Java %s", answer, 1)
}

func detectC(ctx context.Context, _ detectConfig) (*image, error) {
	img := newImage("c", "main.c")
	img.adapt = func(img *image, p Program) { img.compileAll(p.pathsWith(".c")) }
	return img, img.configureGCC(ctx, "gcc", "C (gcc %s)", "-std=gnu17", "-lm")
}

func detectCPlusPlus(ctx context.Context, _ detectConfig) (*image, error) {
	img := newImage("cpp", "main.cpp")
	img.adapt = func(img *image, p Program) { img.compileAll(p.pathsWith(".cpp", ".cc", ".cxx")) }
	return img, img.configureGCC(ctx, "g++", "C++ (g++ %s)", "-std=gnu++20", "")
}

func (img *image) configureGCC(ctx context.Context, driver, name, standard, libraries string) error {
	path, err := img.addGNUTools(ctx, driver)
	if err != nil {
		return err
	}
	img.addMounts("/usr/include")
	img.compile = strings.TrimSpace(fmt.Sprintf("%s %s -O1 -Wall -I. -o /tmp/main %s %s", driver, standard, img.file, libraries))
	img.run = "/tmp/main"
	img.allowCompiler(compileCPU, 512<<20, 64)
	answer, err := runTool(ctx, path, "-dumpfullversion")
	if err != nil {
		return err
	}
	return img.setVersion(name, answer, 1)
}

// addGNUTools adds a GCC driver with its compiler, assembler and linker to the
// image.
func (img *image) addGNUTools(ctx context.Context, driver string) (string, error) {
	path, err := exec.LookPath(driver)
	if err != nil {
		return "", err
	}
	for _, question := range []string{"-print-prog-name=cc1", "-print-prog-name=cc1plus", "-print-libgcc-file-name"} {
		answer, err := runTool(ctx, path, question)
		if err != nil {
			return "", err
		}
		if filepath.IsAbs(answer) {
			img.addMounts(filepath.Dir(answer))
		}
	}
	img.addCommand(path)
	for _, tool := range []string{"as", "ld"} {
		if path, err := exec.LookPath(tool); err == nil {
			img.addCommand(path)
		}
	}
	return path, nil
}

// detectRust uses the toolchain's own compiler, since the one in the PATH is
// often rustup's proxy.
func detectRust(ctx context.Context, _ detectConfig) (*image, error) {
	root, err := runTool(ctx, "rustc", "--print", "sysroot")
	if err != nil {
		return nil, err
	}
	img := newImage("rust", "main.rs")
	img.addMounts(root)
	if _, err := img.addGNUTools(ctx, "cc"); err != nil { // rustc links through it
		return nil, err
	}
	compiler := filepath.Join(root, "bin", "rustc")
	img.compile, img.run = compiler+" --edition 2021 -C debuginfo=0 -o /tmp/main main.rs", "/tmp/main"
	img.allowCompiler(compileCPU, 768<<20, 64)
	answer, err := runTool(ctx, compiler, "--version")
	if err != nil {
		return nil, err
	}
	return img, img.setVersion("Rust %s", answer, 2)
}

func detectRuby(ctx context.Context, _ detectConfig) (*image, error) {
	img := newImage("ruby", "main.rb")
	path, err := img.addInterpreter("ruby")
	if err != nil {
		return nil, err
	}
	answer, err := runTool(ctx, path, "-e", `puts RUBY_VERSION, $LOAD_PATH, RbConfig::CONFIG["rubylibdir"], Gem.default_dir`)
	if err != nil {
		return nil, err
	}
	lines := strings.Fields(answer)
	img.addMounts(lines[1:]...)
	img.run = "ruby main.rb"
	return img, img.setVersion("Ruby %s", lines[0], 2)
}

func detectPHP(ctx context.Context, _ detectConfig) (*image, error) {
	img := newImage("php", "main.php")
	path, err := img.addInterpreter("php")
	if err != nil {
		return nil, err
	}
	img.run = "php main.php"
	answer, err := runTool(ctx, path, "-n", "--version")
	if err != nil {
		return nil, err
	}
	return img, img.setVersion("PHP %s", answer, 2)
}

func detectPerl(ctx context.Context, _ detectConfig) (*image, error) {
	img := newImage("perl", "main.pl")
	path, err := img.addInterpreter("perl")
	if err != nil {
		return nil, err
	}
	answer, err := runTool(ctx, path, "-e", `printf "%vd\n", $^V; print join "\n", @INC`)
	if err != nil {
		return nil, err
	}
	lines := strings.Fields(answer)
	for _, dir := range lines[1:] {
		if strings.HasPrefix(dir, "/usr/") {
			img.addMounts(dir)
		}
	}
	img.run = "perl main.pl"
	return img, img.setVersion("Perl %s", lines[0], 2)
}

// detectBash includes the small tools that shell scripts depend on.
func detectBash(ctx context.Context, _ detectConfig) (*image, error) {
	img := newImage("bash", "main.sh")
	path, err := img.addInterpreter("bash")
	if err != nil {
		return nil, err
	}
	img.copyTools("awk", "basename", "cat", "chmod", "comm", "cp", "cut", "date", "diff", "dirname", "expr", "find",
		"grep", "head", "ls", "mkdir", "mktemp", "mv", "od", "paste", "rev", "rm", "rmdir", "sed", "seq", "sleep",
		"sort", "tail", "tee", "touch", "tr", "uniq", "wc", "xargs")
	img.run, img.shell = "bash main.sh", "bash --noprofile --norc -i"
	img.env = append(img.env, `PS1=\w\$ `, "HISTFILE=")
	answer, err := runTool(ctx, path, "--version")
	if err != nil {
		return nil, err
	}
	return img, img.setVersion("Bash %s", answer, 2)
}

// addInterpreter adds a program from the PATH to the image.
func (img *image) addInterpreter(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	img.addCommand(path)
	return path, nil
}

// allowCompiler sets the limits of a language that is compiled first.
func (img *image) allowCompiler(cpu time.Duration, memory int64, processes int) {
	img.limits.CPU, img.limits.Wall = 20*time.Second, wallGuard*20*time.Second
	img.limits.CompileCPU, img.limits.CompileWall = cpu, wallGuard*cpu
	img.limits.MemoryBytes, img.limits.Processes, img.limits.FileBytes = memory, processes, 64<<20
}
