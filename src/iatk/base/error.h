// The one error type of the project. Every fallible function returns it in a Result (result.h):
// errors are values, and no exception crosses a module.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace iatk {

/// Whose fault an error is, as AWS's wire protocols tell it.
enum class ErrorKind {
  kSender,    // the request can't be carried out as it stands
  kReceiver,  // the service failed; the same request may succeed later
  kInternal,  // a defect of our own
};

/// An error as AWS reports one: `code` and `message` are what the caller reads, the rest is what a
/// protocol or a retry loop needs to carry it.
struct Error {
  std::string code;     ///< e.g. "ResourceNotFoundException", never with a namespace or a URI
  std::string message;  ///< the service's text, to the letter
  ErrorKind kind = ErrorKind::kSender;
  int http_status = 400;
  std::string service;     ///< the endpoint prefix, e.g. "events"; empty if no service was reached
  std::string operation;   ///< e.g. "PutRule"; empty if unknown
  std::string request_id;  ///< the id of the failed request, if it reached a service
  bool retryable = false;  ///< whether the same call may succeed if it is repeated
  /// Members of the modelled error shape beside its message, as wire name and text
  /// (`{"ResourceType", "Queue"}`); encoders write them beside the message.
  std::vector<std::pair<std::string, std::string>> details;
};

/// An error of the sender with `http_status` 400: the usual shape of a service's own errors.
inline Error SenderError(std::string code, std::string message, int http_status = 400) {
  Error error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.http_status = http_status;
  return error;
}

/// A failure of the receiver with `http_status` 500.
inline Error ReceiverError(std::string code, std::string message, int http_status = 500) {
  Error error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.kind = ErrorKind::kReceiver;
  error.http_status = http_status;
  error.retryable = true;
  return error;
}

}  // namespace iatk
