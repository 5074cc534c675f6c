#include <algorithm>
#include <charconv>
#include <tuple>
#include <vector>

#include "iatk/cloud/services/logs/errors.h"
#include "iatk/cloud/services/logs/service.h"

namespace iatk::cloud {

namespace m = model::logs;

namespace {

constexpr std::size_t kDefaultStreamsPerPage = 50;

m::LogStream Describe(const LogGroup& group, const std::string& name, const LogStream& stream) {
  m::LogStream output;
  output.log_stream_name = name;
  output.arn = group.arn + ":log-stream:" + name;
  output.creation_time = stream.creation_time();
  if (!stream.events().empty()) {
    output.first_event_timestamp = stream.events().front().timestamp;
    output.last_event_timestamp = stream.events().back().timestamp;
    output.last_ingestion_time = stream.last_ingestion_time();
  }
  // "Log stream stored bytes are no longer reported": always 0.
  output.stored_bytes = 0;
  return output;
}

}  // namespace

Result<model::Empty> Logs::CreateLogStream(RequestContext& context,
                                           const m::CreateLogStreamRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroup(context, *input.log_group_name));
  const auto [it, made] =
      group->streams.try_emplace(*input.log_stream_name, ToMillis(context.Now()));
  if (!made) return Fail(logs_errors::StreamExists());
  return model::Empty();
}

Result<model::Empty> Logs::DeleteLogStream(RequestContext& context,
                                           const m::DeleteLogStreamRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroup(context, *input.log_group_name));
  if (group->streams.erase(*input.log_stream_name) == 0) return Fail(logs_errors::NoSuchStream());
  return model::Empty();
}

Result<m::DescribeLogStreamsResponse> Logs::DescribeLogStreams(
    RequestContext& context, const m::DescribeLogStreamsRequest& input) {
  IATK_TRY(const LogGroup* const group,
           FindGroup(context, input.log_group_name, input.log_group_identifier));
  const bool by_time = input.order_by == "LastEventTime";
  if (by_time && input.log_stream_name_prefix) {
    return Fail(
        logs_errors::InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix."));
  }
  std::vector<m::LogStream> all;
  for (const auto& [name, stream] : group->streams) {
    if (!input.log_stream_name_prefix || name.starts_with(*input.log_stream_name_prefix)) {
      all.push_back(Describe(*group, name, stream));
    }
  }
  if (by_time) {
    std::ranges::sort(all, {}, [](const m::LogStream& stream) {
      return std::tuple(stream.last_event_timestamp.value_or(0), stream.log_stream_name);
    });
  }
  if (input.descending.value_or(false)) std::ranges::reverse(all);

  // Tokens are positions in the list.
  std::size_t start = 0;
  if (input.next_token) {
    const std::string& token = *input.next_token;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), start);
    if (error != std::errc() || end != token.data() + token.size()) {
      return Fail(logs_errors::InvalidToken());
    }
  }
  const std::size_t limit =
      input.limit ? static_cast<std::size_t>(*input.limit) : kDefaultStreamsPerPage;
  m::DescribeLogStreamsResponse output;
  auto& page = output.log_streams.emplace();
  for (std::size_t i = start; i < all.size() && page.size() < limit; ++i) {
    page.push_back(std::move(all[i]));
  }
  if (start + page.size() < all.size()) output.next_token = std::to_string(start + page.size());
  return output;
}

}  // namespace iatk::cloud
