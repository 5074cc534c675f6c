#include "iatk/cloud/services/xray/service.h"

#include <utility>

#include "iatk/cloud/dispatch/access_key.h"

namespace iatk::cloud {

namespace m = model::xray;

XRay::XRay(Registry& registry) : environment_(registry.environment) {
  registry.operations.On<m::op::PutTraceSegments>(this, &XRay::PutTraceSegments);
  registry.operations.On<m::op::BatchGetTraces>(this, &XRay::BatchGetTraces);
  registry.operations.On<m::op::GetTraceSummaries>(this, &XRay::GetTraceSummaries);
  environment_.journal.SetSegmentSink(
      [this](std::string_view account, std::string_view region, json::Value segment) {
        auto document = trace::ReadDocument(std::move(segment));
        if (!document) return;
        traces_.For(account, region).Add(std::move(*document), environment_.loop.clock().Now());
      });
}

void XRay::TakeDatagram(std::string_view datagram) {
  const std::size_t newline = datagram.find('\n');
  if (newline == std::string_view::npos) return;
  auto document = trace::ReadDocument(datagram.substr(newline + 1));
  if (!document) return;
  TraceStore* home = nullptr;
  traces_.ForEach([&](const std::string&, const std::string&, TraceStore& traces) {
    if (traces.Find(document->trace_id) != nullptr) home = &traces;
  });
  if (home == nullptr) home = &traces_.For(kDefaultAccount, "us-east-1");
  home->Add(std::move(*document), environment_.loop.clock().Now());
}

std::unique_ptr<XRay> MakeXRay(Registry& registry) { return std::make_unique<XRay>(registry); }

}  // namespace iatk::cloud
