-- Posts each line of a file once: "path<TAB>body", in order, for wrk.
local lines = {}
local at = 0

function init(args)
  for line in io.lines(args[1]) do
    local tab = line:find("\t", 1, true)
    lines[#lines + 1] = { line:sub(1, tab - 1), line:sub(tab + 1) }
  end
end

function request()
  at = at + 1
  local line = lines[at]
  if line == nil then
    wrk.thread:stop()
    line = lines[#lines]
  end
  return wrk.format("POST", line[1], { ["Content-Type"] = "text/xml" }, line[2])
end

function done(summary, latency, requests)
  io.write(string.format(
    "RESULT %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), 
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  ))
end
