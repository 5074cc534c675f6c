// The cycle that is measured: put events on the bus, receive them from the queue to which a rule
// sends them, delete them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/http_load.h"
#include "bench/load/latencies.h"
#include "iatk/base/result.h"
#include "iatk/net/http_client.h"

namespace iatk::load {

/// What all connections found out together.
struct CycleRecord {
  Time measure_from;         ///< what ends before is not recorded
  Latencies until_received;  ///< from PutEvents to all its events received
  Latencies until_deleted;   ///< the whole cycle
  std::uint64_t lost = 0;    ///< cycles given up because events did not come
  std::uint64_t errors = 0;  ///< answers with another status than 200
  std::string first_error;
};

/// The names that connection `number` has for itself.
struct CycleResources {
  std::string detail_type;  ///< also the name of the queue and of the rule
  std::string queue_url;
};

/// Creates queue, rule and target of connection `number`. Fails with the service's own answer.
Result<CycleResources> SetUpCycle(net::HttpClient& client, const std::string& endpoint,
                                  std::size_t number);

/// One connection's cycles, with `events_per_put` (1 to 10) entries in each PutEvents.
class EventCycle final : public Conversation {
 public:
  EventCycle(std::string host, CycleResources resources, std::size_t events_per_put,
             CycleRecord& record);

  std::string_view NextRequest(Time now) override;
  void OnResponse(int status, std::string_view body, Time now) override;

 private:
  enum class Step { kPut, kReceive, kDelete };

  std::string PutRequest();
  std::string DeleteRequest() const;
  void OnReceived(std::string_view body, Time now);
  void BeginCycle();

  const std::string host_;
  const CycleResources resources_;
  const std::size_t events_per_put_;
  CycleRecord& record_;
  const std::string receive_request_;
  std::string request_;
  Step step_ = Step::kPut;
  std::uint64_t next_event_ = 0;
  std::vector<std::string> awaited_;  // marks of events that have not come back
  std::vector<std::string> handles_;  // of messages to delete, as JSON text
  int empty_receives_ = 0;
  Time put_at_;
};

}  // namespace iatk::load
