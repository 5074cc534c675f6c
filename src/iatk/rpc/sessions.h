// The kit's sessions, one for each region and profile that calls have named.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "iatk/base/result.h"
#include "iatk/kit/session.h"

namespace iatk::rpc {

/// Thread-safe; sessions live as long as this does. What the environment says is read anew when it
/// has changed, as in a program that was started for the call.
class Sessions {
 public:
  Result<std::shared_ptr<kit::Session>> Get(const std::string& region, const std::string& profile);

 private:
  struct Entry {
    std::string environment;  ///< the variables that the session was made from
    std::shared_ptr<kit::Session> session;
  };
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Entry> sessions_;
};

}  // namespace iatk::rpc
