#include "iatk/cloud/services/stepfunctions/task_tokens.h"

#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/stepfunctions/errors.h"

namespace iatk::cloud {
namespace {

// A token is random text and its digest, so that one that is no longer known can be told from one
// that never was.
constexpr std::size_t kRandomLength = 344;
constexpr std::size_t kDigestLength = 44;

std::string DigestOf(std::string_view random) {
  return Base64Encode(Sha256("task token " + std::string(random)));
}

bool IsToken(std::string_view text) {
  return text.size() == kRandomLength + kDigestLength &&
         text.substr(kRandomLength) == DigestOf(text.substr(0, kRandomLength));
}

}  // namespace

std::string TaskTokens::Issue(std::shared_ptr<PendingTask> task, IdSource& ids) {
  std::string token = "AQCEAAAAKgAAAAMAAAAAAAAAA";
  token += ids.FromAlphabet(kRandomLength - token.size(), kAlphabetAlphanumeric);
  token += DigestOf(token);
  tasks_.emplace(token, std::move(task));
  return token;
}

Result<std::shared_ptr<PendingTask>> TaskTokens::Find(std::string_view token,
                                                      std::string_view account) const {
  const auto found = tasks_.find(token);
  if (found == tasks_.end()) {
    return Fail(IsToken(token) ? sfn_errors::TaskTimedOut() : sfn_errors::InvalidToken());
  }
  if (found->second->account != account) return Fail(sfn_errors::InvalidToken());
  if (found->second->answer) return Fail(sfn_errors::TaskTimedOut());
  return found->second;
}

}  // namespace iatk::cloud
