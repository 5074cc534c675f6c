#include "iatk/net/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace iatk::net {
namespace {

using testing::HasSubstr;

class ProcessTest : public testing::Test {
 protected:
  ProcessOptions Shell(const std::string& script) {
    ProcessOptions options;
    options.command = {"sh", "-c", script};
    options.environment = {{"PATH", std::getenv("PATH")}};
    options.on_stdout = [this](std::string_view data) { out_ += data; };
    options.on_stderr = [this](std::string_view data) { err_ += data; };
    options.on_exit = [this](int status) {
      EXPECT_FALSE(status_.has_value());
      status_ = status;
      loop_.Stop();
    };
    return options;
  }
  std::unique_ptr<Process> Start(ProcessOptions options) {
    auto process = Process::Start(loop_, std::move(options));
    EXPECT_TRUE(process.has_value()) << process.error().message;
    return std::move(*process);
  }

  EventLoop loop_;
  std::string out_;
  std::string err_;
  std::optional<int> status_;
};

TEST_F(ProcessTest, GivesItsOutputAndThenItsStatus) {
  const auto process = Start(Shell("echo out; echo err >&2; exit 7"));
  loop_.Run();
  EXPECT_EQ(out_, "out\n");
  EXPECT_EQ(err_, "err\n");
  EXPECT_EQ(status_, 7);
}

TEST_F(ProcessTest, GivesLargeOutputWhole) {
  const auto process = Start(Shell("head -c 3000000 /dev/zero"));
  loop_.Run();
  EXPECT_EQ(out_.size(), 3'000'000U);
}

TEST_F(ProcessTest, InheritsNothing) {
  setenv("IATK_NET_TEST_SECRET", "x", 1);
  const int fd = open("/dev/null", O_RDONLY);  // without close-on-exec
  ASSERT_GT(fd, 2);
  auto options = Shell("env; pwd; ls /proc/self/fd | wc -l");
  options.environment.emplace_back("ONLY", "this = that");
  options.directory = "/";
  const auto process = Start(std::move(options));
  loop_.Run();
  close(fd);
  EXPECT_THAT(out_, HasSubstr("ONLY=this = that\n"));
  EXPECT_THAT(out_, testing::Not(HasSubstr("SECRET")));
  // The three standard ones, and that of ls on the folder.
  EXPECT_THAT(out_, testing::EndsWith("\n/\n4\n"));
}

TEST_F(ProcessTest, TakesInputUntilItIsClosed) {
  const std::string large(1'000'000, 'x');
  const auto process = Start(Shell("cat; echo end"));
  loop_.Spawn([&] {
    EXPECT_TRUE(process->WriteStdin(large));
    process->CloseStdin();
    EXPECT_FALSE(process->WriteStdin("more"));
  });
  loop_.Run();
  EXPECT_EQ(out_, large + "end\n");
  EXPECT_EQ(status_, 0);
}

TEST_F(ProcessTest, TellsThatTheChildReadsNoMore) {
  const auto process = Start(Shell("exec 0<&-; echo closed; read line"));
  bool written = true;
  loop_.Spawn([&] {
    while (written) written = process->WriteStdin(std::string(100'000, 'x'));
  });
  loop_.Run();
  EXPECT_FALSE(written);
}

TEST_F(ProcessTest, WaitGivesTheSignalThatEndedIt) {
  auto options = Shell("kill -TERM $$; echo never");
  options.on_exit = nullptr;
  const auto process = Start(std::move(options));
  loop_.Spawn([&] {
    status_ = process->Wait();
    EXPECT_EQ(process->Wait(), *status_);
    loop_.Stop();
  });
  loop_.Run();
  EXPECT_EQ(status_, -SIGTERM);
}

TEST_F(ProcessTest, ItsSignalMaskAndHandlersAreFresh) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
  const auto process = Start(Shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
  loop_.Run();
  std::signal(SIGPIPE, pipe_before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  // Signals 32 and 33 are the C library's own: no program can set them, and a parent that is not of
  // its making may have handed them on as ignored.
  constexpr std::uint64_t kOwnOfTheCLibrary = 0x1'8000'0000;
  std::uint64_t blocked_bits = 1;
  std::uint64_t ignored_bits = 1;
  ASSERT_EQ(std::sscanf(out_.c_str(), "SigBlk: %" SCNx64 " SigIgn: %" SCNx64, &blocked_bits,
                        &ignored_bits),
            2)
      << out_;
  EXPECT_EQ(blocked_bits, 0U);
  EXPECT_EQ(ignored_bits & ~kOwnOfTheCLibrary, 0U);
}

TEST_F(ProcessTest, KillReachesTheWholeGroup) {
  // The grandchild holds the pipe of the output open: its end shows that it is dead too.
  auto options = Shell("sh -c 'echo $$; exec sleep 1000' & wait");
  pid_t grandchild = 0;
  std::unique_ptr<Process> process;
  options.on_stdout = [&](std::string_view data) {
    grandchild = std::stoi(std::string(data));
    process->Kill(SIGKILL);
  };
  process = Start(std::move(options));
  loop_.Run();
  EXPECT_EQ(status_, -SIGKILL);
  EXPECT_NE(grandchild, 0);
}

TEST_F(ProcessTest, ExitDoesNotWaitForWhatTheChildLeftRunning) {
  const auto process = Start(Shell("sleep 1000 & echo done"));
  loop_.Run();
  EXPECT_EQ(out_, "done\n");
  EXPECT_EQ(status_, 0);
}

TEST_F(ProcessTest, DestructorKillsAndReaps) {
  auto options = Shell("echo started; exec sleep 1000");
  options.on_stdout = [this](std::string_view) { loop_.Stop(); };
  auto process = Start(std::move(options));
  loop_.Run();
  const pid_t pid = process->pid();
  process.reset();
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
  loop_.RunUntilIdle();
  EXPECT_FALSE(status_.has_value());
}

TEST_F(ProcessTest, CallbacksMayDestroyIt) {
  std::unique_ptr<Process> process;
  auto options = Shell("echo x; exec sleep 1000");
  options.on_stdout = [&](std::string_view) {
    process.reset();
    loop_.Stop();
  };
  process = Start(std::move(options));
  loop_.Run();
  EXPECT_EQ(process, nullptr);

  options = Shell("exit 3");
  options.on_exit = [&](int status) {
    process.reset();
    status_ = status;
    loop_.Stop();
  };
  process = Start(std::move(options));
  loop_.Run();
  EXPECT_EQ(status_, 3);
}

TEST_F(ProcessTest, MemoryLimitHolds) {
  auto options = Shell("ulimit -v");
  options.memory_limit_bytes = 512U * 1024U * 1024U;
  const auto process = Start(std::move(options));
  loop_.Run();
  EXPECT_EQ(out_, "524288\n");
}

TEST_F(ProcessTest, SaysThatAProgramIsMissing) {
  for (const char* name : {"iatk-no-such-program", "/no/such/program", "/"}) {
    ProcessOptions options;
    options.command = {name};
    const auto process = Process::Start(loop_, std::move(options));
    ASSERT_FALSE(process) << name;
    EXPECT_EQ(process.error().code, name[1] == '\0' ? "ProcessNotStarted" : "ProgramNotFound");
    EXPECT_THAT(process.error().message, HasSubstr(name));
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child was left unreaped";
}

TEST_F(ProcessTest, SaysThatItsFolderIsMissing) {
  auto options = Shell("true");
  options.directory = "/no/such/folder";
  const auto process = Process::Start(loop_, std::move(options));
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code, "ProcessNotStarted");
  EXPECT_EQ(process.error().message,
            "Can't start sh: its folder /no/such/folder: No such file or directory.");
}

}  // namespace
}  // namespace iatk::net
