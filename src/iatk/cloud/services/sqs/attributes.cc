#include "iatk/cloud/services/sqs/attributes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "iatk/base/arn.h"
#include "iatk/cloud/services/sqs/errors.h"
#include "iatk/json/parse.h"

namespace iatk::cloud {
namespace {

struct NumberRange {
  std::string_view name;
  int min;
  int max;
};
constexpr std::array<NumberRange, 6> kNumbers = {{{"DelaySeconds", 0, 900},
                                                  {"MaximumMessageSize", 1024, 1'048'576},
                                                  {"MessageRetentionPeriod", 60, 1'209'600},
                                                  {"ReceiveMessageWaitTimeSeconds", 0, 20},
                                                  {"VisibilityTimeout", 0, 43'200},
                                                  {"KmsDataKeyReusePeriodSeconds", 60, 86'400}}};
constexpr std::array<std::string_view, 7> kComputed = {"All",
                                                       "ApproximateNumberOfMessages",
                                                       "ApproximateNumberOfMessagesDelayed",
                                                       "ApproximateNumberOfMessagesNotVisible",
                                                       "CreatedTimestamp",
                                                       "LastModifiedTimestamp",
                                                       "QueueArn"};
constexpr std::array<std::string_view, 9> kTexts = {
    "ContentBasedDeduplication", "DeduplicationScope", "FifoQueue",
    "FifoThroughputLimit",       "KmsMasterKeyId",     "Policy",
    "RedriveAllowPolicy",        "RedrivePolicy",      "SqsManagedSseEnabled"};

template <class Array>
bool Contains(const Array& array, std::string_view name) {
  return std::ranges::find(array, name) != array.end();
}

std::optional<int> ToInt(std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<RedrivePolicy> ReadRedrivePolicy(const std::string& text) {
  const auto fail = [&](std::string_view reason) {
    return Fail(sqs_errors::InvalidValueOf("RedrivePolicy", text, reason));
  };
  const auto json = json::Parse(text);
  if (!json || json->AsObject() == nullptr) return fail("Redrive policy is not a valid JSON map.");
  const std::string* const target = json->FindString("deadLetterTargetArn");
  const json::Value* const count = json->Find("maxReceiveCount");
  if (target == nullptr) {
    return fail("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  }
  if (count == nullptr) {
    return fail("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  }
  std::optional<int> number;
  if (count->AsString() != nullptr) number = ToInt(*count->AsString());
  if (count->AsNumber() != nullptr) number = ToInt(count->AsNumber()->text());
  if (!number || *number < 1 || *number > 1000) {
    return fail("Invalid value for maxReceiveCount: " + (number ? std::to_string(*number) : "") +
                ", valid values are from 1 to 1000 both inclusive.");
  }
  const auto arn = ParseArn(*target);
  if (!arn || arn->service != "sqs") return fail("Invalid value for deadLetterTargetArn.");
  return RedrivePolicy{*target, *number};
}

bool IsBoolean(const std::string& value) { return value == "true" || value == "false"; }

}  // namespace

bool IsQueueAttributeName(const std::string& name) {
  return Contains(kComputed, name) || Contains(kTexts, name) ||
         std::ranges::find(kNumbers, name, &NumberRange::name) != kNumbers.end();
}

QueueAttributes::QueueAttributes(bool fifo)
    : fifo_(fifo),
      values_{{"DelaySeconds", "0"},
              {"MaximumMessageSize", "1048576"},
              {"MessageRetentionPeriod", "345600"},
              {"ReceiveMessageWaitTimeSeconds", "0"},
              {"SqsManagedSseEnabled", "true"},
              {"VisibilityTimeout", "30"}} {
  if (!fifo) return;
  values_["FifoQueue"] = "true";
  values_["ContentBasedDeduplication"] = "false";
  values_["DeduplicationScope"] = "queue";
  values_["FifoThroughputLimit"] = "perQueue";
}

Result<void> QueueAttributes::Set(const std::map<std::string, std::string>& values) {
  std::optional<RedrivePolicy> redrive_policy = redrive_policy_;
  json::Value policy = policy_;
  for (const auto& [name, value] : values) {
    const auto number = std::ranges::find(kNumbers, name, &NumberRange::name);
    if (number != kNumbers.end()) {
      const std::optional<int> parsed = ToInt(value);
      if (!parsed || *parsed < number->min || *parsed > number->max) {
        return Fail(sqs_errors::InvalidAttributeValue(name));
      }
    } else if (!Contains(kTexts, name)) {
      return Fail(sqs_errors::InvalidAttributeName(name));
    } else if (name == "RedrivePolicy") {
      redrive_policy.reset();
      if (!value.empty()) {
        IATK_TRY(redrive_policy, ReadRedrivePolicy(value));
      }
    } else if (name == "Policy") {
      policy = json::Value();
      if (!value.empty()) {
        auto parsed = json::Parse(value);
        if (!parsed || parsed->AsObject() == nullptr) {
          return Fail(sqs_errors::InvalidAttributeValue(name));
        }
        policy = *std::move(parsed);
      }
    } else if (name == "RedriveAllowPolicy") {
      if (!value.empty() && !json::Parse(value)) {
        return Fail(sqs_errors::InvalidAttributeValue(name));
      }
    } else if (name == "FifoQueue") {
      if (value != "true" || !fifo_) return Fail(sqs_errors::InvalidAttributeName(name));
    } else if (name == "SqsManagedSseEnabled") {
      if (!IsBoolean(value)) return Fail(sqs_errors::InvalidAttributeValue(name));
    } else if (name == "ContentBasedDeduplication" || name == "DeduplicationScope" ||
               name == "FifoThroughputLimit") {
      if (!fifo_) return Fail(sqs_errors::InvalidAttributeName(name));
      const bool valid = name == "ContentBasedDeduplication" ? IsBoolean(value)
                         : name == "DeduplicationScope"
                             ? value == "queue" || value == "messageGroup"
                             : value == "perQueue" || value == "perMessageGroupId";
      if (!valid) return Fail(sqs_errors::InvalidAttributeValue(name));
    }
  }
  redrive_policy_ = std::move(redrive_policy);
  policy_ = std::move(policy);
  for (const auto& [name, value] : values) {
    if (value.empty() && Contains(kTexts, name)) {
      values_.erase(name);
    } else {
      values_[name] = value;
    }
  }
  return {};
}

std::chrono::seconds QueueAttributes::Seconds(const std::string& name) const {
  return std::chrono::seconds(ToInt(values_.at(name)).value_or(0));
}

std::size_t QueueAttributes::max_message_bytes() const {
  return static_cast<std::size_t>(ToInt(values_.at("MaximumMessageSize")).value_or(0));
}

bool QueueAttributes::content_based_deduplication() const {
  const auto found = values_.find("ContentBasedDeduplication");
  return found != values_.end() && found->second == "true";
}

bool QueueAttributes::deduplicates_by_group() const {
  const auto found = values_.find("DeduplicationScope");
  return found != values_.end() && found->second == "messageGroup";
}

}  // namespace iatk::cloud
