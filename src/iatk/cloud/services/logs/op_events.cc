#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <vector>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/logs/errors.h"
#include "iatk/cloud/services/logs/filter_pattern.h"
#include "iatk/cloud/services/logs/service.h"

namespace iatk::cloud {

namespace m = model::logs;

namespace {

// "CloudWatch Logs quotas".
constexpr std::size_t kMaxBatchBytes = 1'048'576;
constexpr std::size_t kEventOverhead = 26;
constexpr std::size_t kMaxPageBytes = 1'048'576;
constexpr std::size_t kMaxPageEvents = 10'000;
constexpr std::int64_t kHour = 60LL * 60 * 1000;
constexpr std::int64_t kDay = 24 * kHour;
// differs from AWS: of a stream the newest 64 MiB are kept.
constexpr std::size_t kMaxStreamBytes = std::size_t{64} * 1024 * 1024;

std::string Token(char direction, std::uint64_t position) {
  return fmt::format("{}/{:056}/s", direction, position);
}

struct Position {
  bool forward = true;
  std::uint64_t position = 0;
};
Result<Position> ReadToken(const std::string& token) {
  if (token.size() != 60 || (token[0] != 'f' && token[0] != 'b') || token[1] != '/' ||
      !token.ends_with("/s")) {
    return Fail(logs_errors::InvalidToken());
  }
  Position position{.forward = token[0] == 'f', .position = 0};
  const auto [end, error] = std::from_chars(token.data() + 2, token.data() + 58, position.position);
  if (error != std::errc() || end != token.data() + 58) return Fail(logs_errors::InvalidToken());
  return position;
}

}  // namespace

Result<m::PutLogEventsResponse> Logs::PutLogEvents(RequestContext& context,
                                                   const m::PutLogEventsRequest& input) {
  IATK_TRY(LogGroup* const group, FindGroup(context, *input.log_group_name));
  const auto stream = group->streams.find(*input.log_stream_name);
  if (stream == group->streams.end()) return Fail(logs_errors::NoSuchStream());
  const std::vector<m::InputLogEvent>& events = *input.log_events;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    bytes += events[i].message->size() + kEventOverhead;
    if (i > 0 && *events[i].timestamp < *events[i - 1].timestamp) {
      return Fail(logs_errors::InvalidParameter(
          "Log events in a single PutLogEvents request must be in chronological order."));
    }
  }
  if (bytes > kMaxBatchBytes) {
    return Fail(logs_errors::InvalidParameter(
        fmt::format("Upload too large: {} bytes exceeds limit of {}", bytes, kMaxBatchBytes)));
  }
  if (*events.back().timestamp - *events.front().timestamp > kDay) {
    return Fail(logs_errors::InvalidParameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 "
        "hours."));
  }
  const std::int64_t now = ToMillis(context.Now());
  m::RejectedLogEventsInfo rejected;
  const std::int64_t expired = group->OldestKept(now);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::int64_t timestamp = *events[i].timestamp;
    const auto index = static_cast<std::int32_t>(i);
    if (timestamp > now + 2 * kHour) {
      if (!rejected.too_new_log_event_start_index) rejected.too_new_log_event_start_index = index;
      continue;
    }
    if (timestamp < now - 14 * kDay) {
      rejected.too_old_log_event_end_index = index + 1;
      continue;
    }
    if (timestamp < expired) {
      rejected.expired_log_event_end_index = index + 1;
      continue;
    }
    stream->second.Add({.timestamp = timestamp,
                        .ingestion_time = now,
                        .sequence = ++In(context).last_sequence,
                        .message = *events[i].message});
  }
  stream->second.Trim(kMaxStreamBytes, expired);
  m::PutLogEventsResponse output;
  // No longer of any use, but still there.
  output.next_sequence_token = fmt::format("{:056}", In(context).last_sequence);
  if (rejected.too_new_log_event_start_index || rejected.too_old_log_event_end_index ||
      rejected.expired_log_event_end_index) {
    output.rejected_log_events_info = rejected;
  }
  return output;
}

Result<m::GetLogEventsResponse> Logs::GetLogEvents(RequestContext& context,
                                                   const m::GetLogEventsRequest& input) {
  IATK_TRY(LogGroup* const group,
           FindGroup(context, input.log_group_name, input.log_group_identifier));
  const auto found = group->streams.find(*input.log_stream_name);
  if (found == group->streams.end()) return Fail(logs_errors::NoSuchStream());
  LogStream& stream = found->second;
  stream.Trim(kMaxStreamBytes, group->OldestKept(ToMillis(context.Now())));

  const std::vector<LogEvent>& events = stream.events();
  const std::uint64_t first = stream.first_position();
  Position from{.forward = input.start_from_head.value_or(false),
                .position = input.start_from_head.value_or(false) ? first : first + events.size()};
  if (input.next_token) {
    IATK_TRY(from, ReadToken(*input.next_token));
    from.position = std::clamp(from.position, first, first + events.size());
  }
  const std::size_t limit = input.limit ? static_cast<std::size_t>(*input.limit) : kMaxPageEvents;
  std::size_t bytes = 0;
  std::vector<std::size_t> picked;
  const auto pick = [&](std::size_t index) {
    const LogEvent& event = events[index];
    if ((input.start_time && event.timestamp < *input.start_time) ||
        (input.end_time && event.timestamp >= *input.end_time)) {
      return true;
    }
    bytes += event.message.size() + kEventOverhead;
    if (picked.size() == limit || (bytes > kMaxPageBytes && !picked.empty())) return false;
    picked.push_back(index);
    return true;
  };
  std::size_t index = static_cast<std::size_t>(from.position - first);
  if (from.forward) {
    while (index < events.size() && pick(index)) ++index;
  } else {
    while (index > 0 && pick(index - 1)) --index;
    std::ranges::reverse(picked);
  }
  m::GetLogEventsResponse output;
  auto& page = output.events.emplace();
  for (const std::size_t i : picked) {
    m::OutputLogEvent event;
    event.timestamp = events[i].timestamp;
    event.message = events[i].message;
    event.ingestion_time = events[i].ingestion_time;
    page.push_back(std::move(event));
  }
  // At the end of the stream the token that came is given back.
  output.next_forward_token =
      Token('f', picked.empty() ? from.position : first + picked.back() + 1);
  output.next_backward_token = Token('b', picked.empty() ? from.position : first + picked.front());
  return output;
}

Result<m::FilterLogEventsResponse> Logs::FilterLogEvents(RequestContext& context,
                                                         const m::FilterLogEventsRequest& input) {
  IATK_TRY(LogGroup* const group,
           FindGroup(context, input.log_group_name, input.log_group_identifier));
  if (input.log_stream_names && input.log_stream_name_prefix) {
    return Fail(logs_errors::InvalidParameter(
        "logStreamNamePrefix and logStreamNames can not both be specified."));
  }
  if (input.start_from_head && !*input.start_from_head) {
    return Fail(logs_errors::InvalidParameter("startFromHead=false is not supported."));
  }
  IATK_TRY(const FilterPattern pattern, FilterPattern::Parse(input.filter_pattern.value_or("")));

  // A token names the last event of its page, by its id.
  std::string last;
  if (input.next_token) {
    const auto decoded = Base64Decode(*input.next_token);
    if (!decoded || decoded->size() != 56) return Fail(logs_errors::InvalidToken());
    last = *decoded;
  }
  struct Found {
    const std::string* stream;
    const LogEvent* event;
  };
  std::vector<Found> all;
  const std::int64_t oldest = group->OldestKept(ToMillis(context.Now()));
  for (auto& [name, stream] : group->streams) {
    if (input.log_stream_name_prefix && !name.starts_with(*input.log_stream_name_prefix)) continue;
    if (input.log_stream_names &&
        std::ranges::find(*input.log_stream_names, name) == input.log_stream_names->end()) {
      continue;
    }
    for (const LogEvent& event : stream.events()) {
      if (event.timestamp < oldest || (input.start_time && event.timestamp < *input.start_time) ||
          (input.end_time && event.timestamp > *input.end_time)) {
        continue;
      }
      all.push_back({&name, &event});
    }
  }
  std::ranges::sort(all, {}, [](const Found& found) {
    return std::tuple(found.event->timestamp, found.event->sequence);
  });

  const std::size_t limit = input.limit ? static_cast<std::size_t>(*input.limit) : kMaxPageEvents;
  std::size_t bytes = 0;
  m::FilterLogEventsResponse output;
  auto& page = output.events.emplace();
  output.searched_log_streams.emplace();  // "deprecated": always empty
  for (const Found& found : all) {
    std::string id = found.event->Id();
    if (id <= last || !pattern.Matches(found.event->message)) continue;
    bytes += found.event->message.size() + kEventOverhead;
    if (page.size() == limit || (bytes > kMaxPageBytes && !page.empty())) {
      output.next_token = Base64Encode(*page.back().event_id);
      break;
    }
    m::FilteredLogEvent event;
    event.log_stream_name = *found.stream;
    event.timestamp = found.event->timestamp;
    event.ingestion_time = found.event->ingestion_time;
    event.message = found.event->message;
    event.event_id = std::move(id);
    page.push_back(std::move(event));
  }
  return output;
}

}  // namespace iatk::cloud
