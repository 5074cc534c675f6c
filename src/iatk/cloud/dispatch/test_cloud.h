// The surroundings of a service in a test: a loop on a manual clock, seeded ids, and the tables
// that services register with. No socket, no gateway: operations are called in process.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/journal/journal.h"
#include "iatk/net/event_loop.h"

namespace iatk::cloud {

class TestCloud {
 public:
  static constexpr const char* kAccount = "123456789012";
  static constexpr const char* kRegion = "us-east-1";

  /// 2026-01-02T03:04:05Z.
  static Time Start() { return Time(std::chrono::seconds(1'767'323'045)); }

  explicit TestCloud(std::optional<Time> manual_clock_start = Start())
      : loop({.manual_clock_start = manual_clock_start}),
        journal(loop.clock()),
        work_folder(std::filesystem::temp_directory_path() /
                    ("iatk-test-" + MakeRandomIdSource()->Hex(16))) {
    std::filesystem::create_directory(work_folder);
    environment.work_folder = work_folder.string();
  }
  ~TestCloud() {
    loop.EndFibers();
    std::filesystem::remove_all(work_folder);
  }
  TestCloud(const TestCloud&) = delete;
  TestCloud& operator=(const TestCloud&) = delete;

  /// A context as the gateway makes it for a caller of kAccount.
  RequestContext Context() {
    RequestContext context = MakeServiceContext(environment, kAccount, kRegion, "", "");
    context.principal.arn = "arn:aws:iam::123456789012:root";
    context.principal.access_key = kAccount;
    return context;
  }

  /// Runs `body` in a fiber until nothing can go on without time passing.
  void Run(std::function<void()> body) {
    loop.Spawn(std::move(body));
    loop.RunUntilIdle();
  }

  /// Calls an operation in a fiber of its own and returns what it gave. It must end without time
  /// passing; a call that waits is made with Run and AdvanceBy.
  template <class Op>
  Result<typename Op::Output> Call(const typename Op::Input& input) {
    std::optional<Result<typename Op::Output>> output;
    Run([&] {
      RequestContext context = Context();
      output = operations.Call<Op>(context, input);
    });
    return std::move(output).value();
  }

  net::EventLoop loop;
  std::unique_ptr<IdSource> ids = MakeSeededIdSource(1);
  Journal journal;
  std::filesystem::path work_folder;
  OperationTable operations;
  ResourceTypes resource_types;
  TaggedResources tagged_resources;
  Environment environment{.loop = loop,
                          .ids = *ids,
                          .journal = journal,
                          .operations = operations,
                          .endpoint_url = "http://127.0.0.1:4566",
                          .work_folder = {},
                          .xray_daemon_address = {}};
  Registry registry{environment, operations, resource_types, tagged_resources};
};

}  // namespace iatk::cloud
