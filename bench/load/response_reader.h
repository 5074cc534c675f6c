// The least that reads HTTP/1.1 responses off a connection: their status and body.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iatk::load {

class ResponseReader {
 public:
  enum class State { kNeedsMore, kDone, kMalformed };

  /// Looks at `data`, all that has come of the response so far.
  State Read(std::string_view data, bool at_end_of_stream = false);

  // When done:
  int status() const { return status_; }
  std::string_view body() const { return body_; }  ///< within the data, or within this
  std::size_t size() const { return size_; }       ///< of the response in the data
  bool keep_alive() const { return keep_alive_; }

 private:
  State ReadChunks(std::string_view data, std::size_t start);

  int status_ = 0;
  std::string_view body_;
  std::string joined_chunks_;
  std::size_t size_ = 0;
  bool keep_alive_ = true;
};

}  // namespace iatk::load
