# Calls a function of the candidate's source with the arguments on the standard
# input, whose first line is the marker of the result.
def _run():
    import builtins, json, linecache, os, sys, traceback
    marker, _, arguments = sys.stdin.buffer.read().decode("utf-8", "surrogatepass").partition("\n")
    arguments = json.loads(arguments)
    dumps, write, leave, flush = json.dumps, os.write, os._exit, sys.stdout.flush
    print_exception = traceback.print_exception
    result_fd = os.dup(1)
    name, source = "__FUNCTION__", __SOURCE__
    sys.stdin = open(os.devnull)
    linecache.cache["solution.py"] = (len(source), None, source.splitlines(True), "solution.py")
    scope = {"__name__": "solution", "__file__": "solution.py", "__builtins__": builtins}
    try:
        exec(compile(source, "solution.py", "exec"), scope)
        function = scope.get(name)
        if function is None and isinstance(scope.get("Solution"), type):
            function = getattr(scope["Solution"](), name, None)
        if not callable(function):
            raise NameError("function %s is not defined" % name)
        result = dumps(function(*arguments), ensure_ascii=True)
    except BaseException as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != "solution.py":
            trace = trace.tb_next
        print_exception(type(error), error, trace)
        leave(1)
    try:
        flush()
    except Exception:
        pass
    line = ("\n" + marker + result + "\n").encode("ascii")
    while line:
        line = line[write(result_fd, line):]
    leave(0)


_run()
