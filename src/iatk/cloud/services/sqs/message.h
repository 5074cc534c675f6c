// A message of a queue.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "iatk/base/clock.h"
#include "iatk/base/result.h"
#include "iatk/model/sqs/types.h"

namespace iatk::cloud {

using MessageAttributes = std::map<std::string, model::sqs::MessageAttributeValue>;
using MessageSystemAttributes = std::map<std::string, model::sqs::MessageSystemAttributeValue>;

/// What a message is made of, as its sender gave it.
struct MessageContent {
  std::string id;  ///< a UUID
  std::string body;
  std::string md5_of_body;
  MessageAttributes attributes;
  std::string aws_trace_header;
  std::string sender_id;
  std::string group_id;          ///< FIFO; on standard queues for fair sharing
  std::string deduplication_id;  ///< FIFO
  std::string sequence_number;   ///< FIFO: 20 digits
  std::string dead_letter_source_arn;
  Time sent;
};

/// A message in a queue. Its place in the queue (ready, delayed, in flight) is the queue's to know.
struct Message {
  std::uint64_t sequence = 0;  ///< of arrival; also what receipt handles name
  MessageContent content;
  Time visible_at;
  int receive_count = 0;
  std::optional<Time> first_received;
  bool in_flight = false;
};

/// Bytes that count against a queue's maximum: body, and names, types and values of attributes.
std::size_t SizeOf(const std::string& body, const MessageAttributes& attributes);

/// SQS's digest over attributes sorted by name. Amazon SQS Developer Guide, "Amazon SQS message
/// metadata", Calculating the MD5 message digest for message attributes.
std::string Md5OfAttributes(const MessageAttributes& attributes);
std::string Md5OfAttributes(const MessageSystemAttributes& attributes);

/// Names, types and presence of values.
Result<void> CheckAttributes(const MessageAttributes& attributes);
/// Whether SQS takes the text: UTF-8 within XML's characters.
bool HasValidCharacters(std::string_view text);

}  // namespace iatk::cloud
