#include "iatk/cloud/cloud.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/gateway/gateway.h"
#include "iatk/cloud/services/services.h"
#include "iatk/cloud/services/xray/service.h"
#include "iatk/net/http_server.h"
#include "iatk/net/udp_server.h"

namespace iatk::cloud {
namespace {

// A folder of this cloud's own, gone with it.
class WorkFolder {
 public:
  static Result<WorkFolder> Make(IdSource& ids) {
    std::error_code error;
    const auto path = std::filesystem::temp_directory_path(error) / ("iatk-" + ids.Hex(16));
    if (!error) std::filesystem::create_directory(path, error);
    if (error) {
      return Fail(ReceiverError("WorkFolderNotMade",
                                fmt::format("cannot make a work folder: {}", error.message())));
    }
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    return WorkFolder(path);
  }
  WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  std::string path() const { return path_.string(); }

 private:
  explicit WorkFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

// The host that this machine reaches a listener at.
std::string ReachableHost(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "[::1]";
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

struct Cloud::Parts {
  Parts(net::EventLoop& loop, std::unique_ptr<IdSource> id_source, WorkFolder folder)
      : ids(std::move(id_source)),
        work_folder(std::move(folder)),
        journal(loop.clock()),
        environment{.loop = loop,
                    .ids = *ids,
                    .journal = journal,
                    .operations = operations,
                    .endpoint_url = {},
                    .work_folder = work_folder.path(),
                    .xray_daemon_address = {}},
        registry{environment, operations, resource_types, tagged_resources},
        gateway(environment) {}

  ~Parts() {
    server.reset();
    daemon.reset();
    for (const auto& service : services) service->Stop();
    environment.loop.EndFibers();
  }

  std::unique_ptr<IdSource> ids;
  WorkFolder work_folder;
  Journal journal;
  OperationTable operations;
  ResourceTypes resource_types;
  TaggedResources tagged_resources;
  Environment environment;
  Registry registry;
  Gateway gateway;
  std::vector<std::unique_ptr<Service>> services;
  std::unique_ptr<net::HttpServer> server;
  std::unique_ptr<net::UdpServer> daemon;
};

Result<std::unique_ptr<Cloud>> Cloud::Start(net::EventLoop& loop, CloudOptions options) {
  std::unique_ptr<IdSource> ids =
      options.seed ? MakeSeededIdSource(*options.seed) : MakeRandomIdSource();
  IATK_TRY(WorkFolder folder, WorkFolder::Make(*ids));
  auto parts = std::make_unique<Parts>(loop, std::move(ids), std::move(folder));
  Parts* const raw = parts.get();

  IATK_TRY(parts->server,
           net::HttpServer::Listen(
               loop, {.host = options.host, .port = options.port},
               [raw](const net::HttpRequest& request) { return raw->gateway.Handle(request); }));
  parts->environment.endpoint_url =
      fmt::format("http://{}:{}", ReachableHost(options.host), parts->server->port());

  auto xray = MakeXRay(parts->registry);
  IATK_TRY(parts->daemon, net::UdpServer::Listen(loop, options.host, options.xray_port,
                                                 [service = xray.get()](std::string_view datagram) {
                                                   service->TakeDatagram(datagram);
                                                 }));
  parts->environment.xray_daemon_address =
      fmt::format("{}:{}", ReachableHost(options.host), parts->daemon->port());
  parts->services.push_back(std::move(xray));
  AddServices(parts->registry, &parts->services);
  return std::unique_ptr<Cloud>(new Cloud(std::move(parts)));
}

Cloud::Cloud(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Cloud::~Cloud() = default;

std::uint16_t Cloud::port() const { return parts_->server->port(); }
const std::string& Cloud::endpoint_url() const { return parts_->environment.endpoint_url; }
const Journal& Cloud::journal() const { return parts_->journal; }

}  // namespace iatk::cloud
