// AWS X-Ray: segment documents in, traces out. Documents come by PutTraceSegments, by the daemon's
// UDP port (daemon.h), and from our own services through the journal.
#pragma once

#include <memory>
#include <string_view>

#include "iatk/cloud/dispatch/service.h"
#include "iatk/cloud/services/xray/trace_store.h"
#include "iatk/cloud/store/store.h"
#include "iatk/model/xray/operations.h"

namespace iatk::cloud {

class XRay final : public Service {
 public:
  explicit XRay(Registry& registry);

  Result<model::xray::PutTraceSegmentsResult> PutTraceSegments(
      RequestContext& context, const model::xray::PutTraceSegmentsRequest& input);
  Result<model::xray::BatchGetTracesResult> BatchGetTraces(
      RequestContext& context, const model::xray::BatchGetTracesRequest& input);
  Result<model::xray::GetTraceSummariesResult> GetTraceSummaries(
      RequestContext& context, const model::xray::GetTraceSummariesRequest& input);

  /// A datagram of the X-Ray daemon's protocol: {"format": "json", "version": 1}, a newline and a
  /// document. It names no account and no region: it goes where its trace is already known, else to
  /// the default account in us-east-1. What does not fit is dropped, as the daemon does.
  void TakeDatagram(std::string_view datagram);

 private:
  Environment& environment_;
  Store<TraceStore> traces_;
};

std::unique_ptr<XRay> MakeXRay(Registry& registry);

}  // namespace iatk::cloud
