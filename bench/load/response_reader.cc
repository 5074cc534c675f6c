#include "bench/load/response_reader.h"

#include <charconv>
#include <optional>

#include "iatk/net/http.h"

namespace iatk::load {
namespace {

template <class Number>
std::optional<Number> ParseNumber(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

}  // namespace

ResponseReader::State ResponseReader::Read(std::string_view data, bool at_end_of_stream) {
  const auto head_end = data.find("\r\n\r\n");
  if (head_end == std::string_view::npos) {
    return at_end_of_stream ? State::kMalformed : State::kNeedsMore;
  }
  const std::string_view head = data.substr(0, head_end);
  const auto status = head.size() > 12 ? ParseNumber<int>(head.substr(9, 3)) : std::nullopt;
  if (!head.starts_with("HTTP/1.") || !status) return State::kMalformed;
  status_ = *status;
  keep_alive_ = head[7] != '0';

  std::optional<std::size_t> length;
  bool chunked = false;
  for (auto line_end = head.find("\r\n"); line_end != std::string_view::npos;) {
    const auto line_start = line_end + 2;
    line_end = head.find("\r\n", line_start);
    const auto line =
        head.substr(line_start, line_end == std::string_view::npos ? std::string_view::npos
                                                                   : line_end - line_start);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return State::kMalformed;
    const auto name = line.substr(0, colon);
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (net::EqualsIgnoreCase(name, "Content-Length")) {
      length = ParseNumber<std::size_t>(value);
      if (!length) return State::kMalformed;
    } else if (net::EqualsIgnoreCase(name, "Transfer-Encoding")) {
      chunked = net::EqualsIgnoreCase(value, "chunked");
    } else if (net::EqualsIgnoreCase(name, "Connection")) {
      keep_alive_ = !net::EqualsIgnoreCase(value, "close");
    }
  }

  const std::size_t start = head_end + 4;
  if (chunked) return ReadChunks(data, start);
  if (!length) {
    if (!at_end_of_stream) return State::kNeedsMore;
    keep_alive_ = false;
    length = data.size() - start;
  }
  if (data.size() - start < *length) return State::kNeedsMore;
  body_ = data.substr(start, *length);
  size_ = start + *length;
  return State::kDone;
}

ResponseReader::State ResponseReader::ReadChunks(std::string_view data, std::size_t start) {
  joined_chunks_.clear();
  while (true) {
    const auto line_end = data.find("\r\n", start);
    if (line_end == std::string_view::npos) return State::kNeedsMore;
    const auto size = ParseNumber<std::size_t>(data.substr(start, line_end - start), 16);
    if (!size) return State::kMalformed;
    const auto chunk = line_end + 2;
    if (data.size() - chunk < 2 || data.size() - chunk - 2 < *size) return State::kNeedsMore;
    joined_chunks_ += data.substr(chunk, *size);
    start = chunk + *size + 2;
    if (*size == 0) break;
  }
  body_ = joined_chunks_;
  size_ = start;
  return State::kDone;
}

}  // namespace iatk::load
