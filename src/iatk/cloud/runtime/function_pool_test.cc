// Real processes of Python, Node.js and a shell behind the real Runtime API.
#include "iatk/cloud/runtime/function_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "iatk/cloud/dispatch/test_cloud.h"
#include "iatk/json/parse.h"
#include "iatk/net/http_server.h"

namespace iatk::cloud {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

namespace fs = std::filesystem;

class FunctionPoolTest : public testing::Test {
 protected:
  explicit FunctionPoolTest(std::optional<Time> manual = std::nullopt) : cloud_(manual) {
    code_ = cloud_.work_folder / "code";
    fs::create_directory(code_);
  }

  void Write(const std::string& file, const std::string& text) {
    fs::create_directories((code_ / file).parent_path());
    std::ofstream(code_ / file) << text;
  }

  FunctionSpec Python(const std::string& text, const std::string& handler = "app.handler") {
    Write("app.py", text);
    return Spec("python3.11", handler);
  }
  FunctionSpec Node(const std::string& text, const std::string& file = "index.js") {
    Write(file, text);
    return Spec("nodejs20.x", "index.handler");
  }
  FunctionSpec Spec(const std::string& runtime, const std::string& handler) {
    FunctionSpec spec;
    spec.key = "123456789012/us-east-1/fn/1/";
    spec.account = "123456789012";
    spec.region = "us-east-1";
    spec.name = "fn";
    spec.version = "$LATEST";
    spec.runtime = runtime;
    spec.handler = handler;
    spec.code_folder = code_.string();
    spec.log_group = "/aws/lambda/fn";
    spec.memory_mb = 256;
    spec.timeout = std::chrono::seconds(60);
    return spec;
  }

  Invocation Make(const std::string& payload) {
    Invocation invocation;
    invocation.request_id = cloud_.ids->Uuid();
    invocation.invoked_arn = "arn:aws:lambda:us-east-1:123456789012:function:fn";
    invocation.payload = payload;
    return invocation;
  }

  InvocationResult Invoke(const FunctionSpec& spec, const std::string& payload = "{}") {
    return Invoke(spec, Make(payload));
  }
  InvocationResult Invoke(const FunctionSpec& spec, const Invocation& invocation) {
    InvocationResult result;
    cloud_.loop.Spawn([&] {
      auto done = pool_.Invoke(spec, invocation);
      EXPECT_TRUE(done.has_value()) << done.error().message;
      if (done) result = std::move(*done);
      cloud_.loop.Stop();
    });
    cloud_.loop.Run();
    return result;
  }

  TestCloud cloud_;
  fs::path code_;
  std::vector<std::string> lines_;
  std::vector<std::string> streams_;
  FunctionPool pool_{cloud_.environment, [this](const FunctionSpec&, const std::string& stream,
                                                std::vector<LogLine> lines) {
                       if (streams_.empty() || streams_.back() != stream)
                         streams_.push_back(stream);
                       for (LogLine& line : lines) lines_.push_back(std::move(line.text));
                     }};
};

TEST_F(FunctionPoolTest, RunsPython) {
  const FunctionSpec spec = Python(R"(
import logging, os
logging.getLogger().setLevel("INFO")
def handler(event, context):
    print("hello\u00e9", event["a"])
    logging.info("two\nlines")
    return {"got": event, "name": context.function_name, "id": context.aws_request_id,
            "mem": context.memory_limit_in_mb, "left": context.get_remaining_time_in_millis() > 0,
            "task": os.environ["LAMBDA_TASK_ROOT"], "key": os.environ["AWS_ACCESS_KEY_ID"],
            "trace": os.environ.get("_X_AMZN_TRACE_ID")}
)");
  const Invocation invocation = Make(R"({"a":1})");
  const InvocationResult result = Invoke(spec, invocation);
  EXPECT_FALSE(result.failed) << result.payload;
  EXPECT_EQ(result.payload, R"({"got": {"a": 1}, "name": "fn", "id": ")" + invocation.request_id +
                                R"(", "mem": "256", "left": true, "task": ")" + code_.string() +
                                R"(", "key": "123456789012", "trace": null})");
  EXPECT_TRUE(result.init_started.has_value());
  const std::string id = invocation.request_id;
  EXPECT_THAT(
      lines_,
      ElementsAre(StartsWith("INIT_START Runtime Version: python3.11\tInterpreter: Python 3."),
                  "START RequestId: " + id + " Version: $LATEST", "hello\u00e9 1",
                  MatchesRegex("\\[INFO\\]\t20..-..-..T..:..:..\\....Z\t" + id + "\ttwo\nlines"),
                  "END RequestId: " + id,
                  MatchesRegex("REPORT RequestId: " + id +
                               "\tDuration: [0-9.]+ ms\tBilled Duration: [0-9]+ ms\tMemory Size: "
                               "256 MB\tMax Memory Used: [0-9]+ MB\tInit Duration: [0-9.]+ ms\t")));
  EXPECT_THAT(streams_, ElementsAre(MatchesRegex("20../../../\\[\\$LATEST\\][0-9a-f]{32}")));
  EXPECT_THAT(result.log_tail, StartsWith("START RequestId: "));
}

TEST_F(FunctionPoolTest, KeepsProcessesWarmUntilTheyAreRetired) {
  const FunctionSpec spec = Python("n = 0\ndef handler(e, c):\n  global n\n  n += 1\n  return n\n");
  EXPECT_EQ(Invoke(spec).payload, "1");
  const InvocationResult warm = Invoke(spec);
  EXPECT_EQ(warm.payload, "2");
  EXPECT_FALSE(warm.init_started.has_value());
  pool_.Retire("123456789012/us-east-1/fn/");
  EXPECT_EQ(Invoke(spec).payload, "1");
}

TEST_F(FunctionPoolTest, TakesUpChangedCodeOfAWatchedFolder) {
  FunctionSpec spec = Python("def handler(e, c):\n  return 1\n");
  spec.watch_code = true;
  EXPECT_EQ(Invoke(spec).payload, "1");
  Python("def handler(e, c):\n  return 'changed'\n");
  EXPECT_EQ(Invoke(spec).payload, "\"changed\"");
}

TEST_F(FunctionPoolTest, RunsInvocationsAtOnceInProcessesOfTheirOwn) {
  const FunctionSpec spec = Python("import os\ndef handler(e, c):\n  return os.getpid()\n");
  std::vector<std::string> pids;
  for (int i = 0; i < 3; ++i) {
    cloud_.loop.Spawn([&] {
      const auto result = pool_.Invoke(spec, Make("{}"));
      pids.push_back(result->payload);
      if (pids.size() == 3) cloud_.loop.Stop();
    });
  }
  cloud_.loop.Run();
  EXPECT_NE(pids[0], pids[1]);
  EXPECT_NE(pids[1], pids[2]);
}

TEST_F(FunctionPoolTest, ReportsWhatPythonRaises) {
  const FunctionSpec spec = Python("def handler(e, c):\n    raise ValueError('boom')\n");
  const InvocationResult result = Invoke(spec);
  EXPECT_TRUE(result.failed);
  const auto error = json::Parse(result.payload);
  EXPECT_EQ(*error->FindString("errorType"), "ValueError");
  EXPECT_EQ(*error->FindString("errorMessage"), "boom");
  EXPECT_EQ(*error->Find("stackTrace")->AsArray()->at(0).AsString(),
            "  File \"" + (code_ / "app.py").string() +
                "\", line 2, in handler\n    raise ValueError('boom')\n");
  EXPECT_THAT(lines_, Contains(StartsWith("[ERROR] ValueError: boom\nTraceback (most recent call "
                                          "last):\n  File ")));
  EXPECT_NE(result.cause.Find("exceptions"), nullptr);
  EXPECT_EQ(result.error_type, "ValueError");
}

TEST_F(FunctionPoolTest, ReportsPythonHandlersThatDoNotLoad) {
  const auto error_of = [this](const FunctionSpec& spec) {
    pool_.Retire("");
    const InvocationResult result = Invoke(spec);
    EXPECT_TRUE(result.failed);
    return result.error_type + "|" + result.error_message;
  };
  EXPECT_EQ(error_of(Python("import nothing_of_that_name\n")),
            "Runtime.ImportModuleError|Unable to import module 'app': No module named "
            "'nothing_of_that_name'");
  EXPECT_THAT(lines_, Contains(StartsWith("INIT_REPORT Init Duration: ")));
  EXPECT_EQ(error_of(Python("", "app.missing")),
            "Runtime.HandlerNotFound|Handler 'missing' missing on module 'app'");
  EXPECT_EQ(error_of(Python("", "gone.handler")),
            "Runtime.ImportModuleError|Unable to import module 'gone': No module named 'gone'");
  EXPECT_THAT(error_of(Python("def handler(:\n")),
              StartsWith("Runtime.UserCodeSyntaxError|Syntax error in module 'app': "));
  EXPECT_EQ(error_of(Python("1/0\n")), "ZeroDivisionError|division by zero");
  EXPECT_THAT(
      error_of(Python("def handler(e, c):\n  return object()\n")),
      StartsWith("Runtime.MarshalError|Unable to marshal response: Object of type object is "
                 "not JSON serializable"));
}

TEST_F(FunctionPoolTest, ReportsACrash) {
  const FunctionSpec spec =
      Python("import os\ndef handler(e, c):\n  print('bye')\n  os._exit(3)\n");
  const Invocation invocation = Make("{}");
  const InvocationResult result = Invoke(spec, invocation);
  EXPECT_EQ(result.payload, R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: )" +
                                invocation.request_id +
                                R"( Error: Runtime exited with error: exit status 3"})");
  EXPECT_THAT(lines_, Contains("bye"));
  EXPECT_THAT(Invoke(Python("import os, signal\ndef handler(e, c):\n  os.kill(os.getpid(), "
                            "signal.SIGSEGV)\n"))
                  .error_message,
              HasSubstr("Runtime exited with error: signal: segmentation fault"));
}

TEST_F(FunctionPoolTest, RefusesAnswersThatAreTooLarge) {
  const FunctionSpec spec = Python("def handler(e, c):\n  return 'x' * (e['size'] - 2)\n");
  EXPECT_FALSE(Invoke(spec, R"({"size":6291556})").failed);
  EXPECT_EQ(Invoke(spec, R"({"size":6291557})").payload,
            R"({"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size )"
            R"(exceeded maximum allowed payload size (6291556 bytes)."})");
  EXPECT_FALSE(Invoke(spec, R"({"size":10})").failed);
}

TEST_F(FunctionPoolTest, BoundsWhatAFunctionPrints) {
  const FunctionSpec spec =
      Python("def handler(e, c):\n  for i in range(40): print('x' * 1000000)\n");
  EXPECT_FALSE(Invoke(spec).failed);
  std::size_t bytes = 0;
  for (const std::string& line : lines_) bytes += line.size();
  EXPECT_LT(bytes, 17U * 1024U * 1024U);
}

TEST_F(FunctionPoolTest, KillsAFunctionThatTakesTooMuchMemory) {
  FunctionSpec spec =
      Python("import time\ndef handler(e, c):\n  x = b'x' * 300_000_000\n  time.sleep(60)\n");
  spec.memory_mb = 128;
  const InvocationResult result = Invoke(spec);
  EXPECT_EQ(result.error_type, "Runtime.OutOfMemory");
}

TEST_F(FunctionPoolTest, RunsNodeInAllItsStyles) {
  const auto payload_of = [this](const FunctionSpec& spec) {
    pool_.Retire("");
    return Invoke(spec, R"({"a":1})").payload;
  };
  EXPECT_EQ(payload_of(Node("exports.handler = async (e, c) => ({e, n: c.functionName});")),
            R"({"e":{"a":1},"n":"fn"})");
  EXPECT_EQ(payload_of(Node("exports.handler = (e, c, done) => done(null, 'called');")),
            R"("called")");
  EXPECT_EQ(payload_of(Node("exports.handler = (e, c, done) => { setTimeout(() => "
                            "console.log('late'), 20); done(null, 1); };")),
            "1");
  EXPECT_THAT(lines_, Contains(HasSubstr("\tINFO\tlate")));
  EXPECT_EQ(
      payload_of(Node("exports.handler = (e, c, done) => { c.callbackWaitsForEmptyEventLoop = "
                      "false; setInterval(() => {}, 9e8); done(null, 2); };")),
      "2");
  EXPECT_EQ(payload_of(Node("exports.handler = () => {};")), "null");
  EXPECT_EQ(payload_of(Node("exports.handler = () => new Promise(() => {});")), "null");
  fs::remove(code_ / "index.js");
  EXPECT_EQ(payload_of(Node("export const handler = async () => 'esm';", "index.mjs")), R"("esm")");
}

TEST_F(FunctionPoolTest, OffersTheSdkToModulesOfBothKinds) {
  const char* const modules = IATK_TEST_NODE_MODULES;
  if (!fs::exists(fs::path(modules) / "@aws-sdk/client-sfn")) GTEST_SKIP() << "no " << modules;
  EXPECT_EQ(Invoke(Node("const { SFNClient } = require('@aws-sdk/client-sfn');"
                        "exports.handler = async () => SFNClient.name;"))
                .payload,
            R"("SFNClient")");
  pool_.Retire("");
  fs::remove(code_ / "index.js");
  EXPECT_EQ(Invoke(Node("import { SFNClient } from '@aws-sdk/client-sfn';"
                        "export const handler = async () => SFNClient.name;",
                        "index.mjs"))
                .payload,
            R"("SFNClient")");
}

TEST_F(FunctionPoolTest, ReportsWhatNodeThrows) {
  const auto error_of = [this](const FunctionSpec& spec) {
    pool_.Retire("");
    const InvocationResult result = Invoke(spec);
    EXPECT_TRUE(result.failed) << result.payload;
    return result.error_type + "|" + result.error_message;
  };
  EXPECT_EQ(
      error_of(Node("exports.handler = async () => { throw new RangeError('boom\\u00e9'); };")),
      "RangeError|boom\u00e9");
  EXPECT_THAT(lines_,
              Contains(AllOf(HasSubstr("\tERROR\tInvoke Error \t{\"errorType\":\"RangeError\""),
                             HasSubstr("\"stack\":["))));
  EXPECT_EQ(error_of(Node("exports.handler = (e, c, done) => done('text');")), "string|text");
  EXPECT_EQ(error_of(Node("require('nothing');")),
            "Runtime.ImportModuleError|Error: Cannot find module 'nothing'\nRequire stack:\n- " +
                (code_ / "index.js").string() + "\n- " + (code_ / "index.js").string());
  EXPECT_EQ(error_of(Node("exports.other = 1;")),
            "Runtime.HandlerNotFound|index.handler is undefined or not exported");
  EXPECT_THAT(error_of(Node("exports.handler = (;")), StartsWith("Runtime.UserCodeSyntaxError|"));
  EXPECT_EQ(error_of(Node("exports.handler = async () => 1n;")),
            "Error|Unable to stringify response body");
  EXPECT_EQ(error_of(Node("exports.handler = () => { Promise.reject(new Error('lost')); return new "
                          "Promise(() => setTimeout(() => {}, 9e6)); };")),
            "Runtime.UnhandledPromiseRejection|Error: lost");
  EXPECT_EQ(
      error_of(Node("exports.handler = () => { setTimeout(() => { throw new Error('late'); }, "
                    "1); };")),
      "Error|late");
  FunctionSpec missing = Node("");
  missing.handler = "gone.handler";
  EXPECT_THAT(error_of(missing),
              StartsWith("Runtime.ImportModuleError|Error: Cannot find module 'gone'"));
}

TEST_F(FunctionPoolTest, RunsAProvidedRuntime) {
  Write("bootstrap", R"(#!/usr/bin/python3
import os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as event:
        id = event.headers["Lambda-Runtime-Aws-Request-Id"]
        body = event.read()
    urllib.request.urlopen(api + id + "/response", body).read()
)");
  fs::permissions(code_ / "bootstrap", fs::perms::owner_all);
  EXPECT_EQ(Invoke(Spec("provided.al2023", "x"), R"({"echo":[1.0]})").payload, R"({"echo":[1.0]})");
  fs::remove(code_ / "bootstrap");
  pool_.Retire("");
  EXPECT_THAT(Invoke(Spec("provided.al2023", "x")).payload,
              HasSubstr("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"));
}

TEST_F(FunctionPoolTest, SaysWhichInterpreterRunsInstead) {
  Write("app.py", "def handler(e, c):\n  return 1\n");
  EXPECT_EQ(Invoke(Spec("python3.99", "app.handler")).payload, "1");
  EXPECT_THAT(lines_, Contains(MatchesRegex("iatk: python3.99 is not installed; this function runs "
                                            "with Python 3[.0-9]+\\.")));
}

TEST_F(FunctionPoolTest, NamesAMissingInterpreter) {
  setenv("IATK_NODE", "/nowhere/node", 1);
  const InvocationResult result = Invoke(Node(""));
  unsetenv("IATK_NODE");
  EXPECT_TRUE(result.failed);
  EXPECT_THAT(result.payload, HasSubstr("There is no Node.js for runtime nodejs20.x: /nowhere/node "
                                        "does not run. Install Node.js or set IATK_NODE."));
}

TEST_F(FunctionPoolTest, PassesTheTraceOn) {
  const FunctionSpec spec =
      Python("import os\ndef handler(e, c):\n  return os.environ.get('_X_AMZN_TRACE_ID')\n");
  Invocation invocation = Make("{}");
  const std::string header =
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
  invocation.trace = trace::ParseTraceHeader(header);
  EXPECT_EQ(Invoke(spec, invocation).payload, "\"" + header + "\"");
  EXPECT_THAT(lines_.back(), HasSubstr("\nXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\t"
                                       "SegmentId: 53995c3f42cd8ad8\tSampled: true\t"));
  EXPECT_EQ(Invoke(spec).payload, "null");
}

TEST_F(FunctionPoolTest, LeavesNothingBehind) {
  const FunctionSpec spec = Python("import os\ndef handler(e, c):\n  return os.getpid()\n");
  const int pid = std::stoi(Invoke(spec).payload);
  EXPECT_EQ(kill(pid, 0), 0);
  pool_.Stop();
  EXPECT_NE(kill(pid, 0), 0);
  for (const auto& entry : fs::directory_iterator(cloud_.work_folder)) {
    EXPECT_THAT(entry.path().filename().string(), Not(StartsWith("sandbox-")));
  }
  EXPECT_FALSE(fs::exists(code_ / "__pycache__"));
}

// The clock stands still until the function hangs, and then moves past its time-out.
class HangingFunctionTest : public FunctionPoolTest {
 protected:
  HangingFunctionTest() : FunctionPoolTest(TestCloud::Start()) {}
};

TEST_F(HangingFunctionTest, IsKilledAtItsTimeout) {
  FunctionSpec spec = Python(R"(
import os, time, urllib.request
def handler(event, context):
    print("hanging", flush=True)
    urllib.request.urlopen(os.environ["TOLD"]).read()
    time.sleep(1000)
)");
  int told = 0;
  const auto listener = net::HttpServer::Listen(cloud_.loop, {}, [&](const net::HttpRequest&) {
    ++told;
    cloud_.loop.Stop();
    return net::HttpResponse{};
  });
  spec.variables["TOLD"] = "http://127.0.0.1:" + std::to_string((*listener)->port());
  spec.timeout = std::chrono::seconds(3);
  const Invocation invocation = Make("{}");
  std::optional<InvocationResult> result;
  cloud_.loop.Spawn([&] { result = *pool_.Invoke(spec, invocation); });
  cloud_.loop.Run();
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(result.has_value());
  cloud_.loop.AdvanceBy(std::chrono::seconds(3));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->payload, R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: )" +
                                 invocation.request_id +
                                 R"( Error: Task timed out after 3.00 seconds"})");
  EXPECT_THAT(lines_, Contains("hanging"));
  EXPECT_THAT(lines_, Contains("2026-01-02T03:04:08.000Z " + invocation.request_id +
                               " Task timed out after 3.00 seconds"));
  EXPECT_THAT(lines_.back(), HasSubstr("Duration: 3000.00 ms\tBilled Duration: 3000 ms\t"));
}

TEST_F(HangingFunctionTest, IdleProcessesEnd) {
  const FunctionSpec spec = Python("import os\ndef handler(e, c):\n  return os.getpid()\n");
  const int pid = std::stoi(Invoke(spec).payload);
  cloud_.loop.AdvanceBy(FunctionPool::kIdleTime - std::chrono::seconds(1));
  EXPECT_EQ(kill(pid, 0), 0);
  cloud_.loop.AdvanceBy(std::chrono::seconds(1));
  EXPECT_NE(kill(pid, 0), 0);
}

}  // namespace
}  // namespace iatk::cloud
